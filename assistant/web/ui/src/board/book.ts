// What the board asks the server for, beyond what happens now.
import { getJson, sendJson, type Query } from '../api'
import type { CallPage, CallRow, Sheet } from '../book'

export interface Leg {
  run: number
  leg: number
  agent: string
  queue: string | null
  ring_s: number
  answered_at: string
  ended_at: string | null
  talk_s: number | null
}

export interface ShownCard {
  card_id: string
  run: number
  situation_id: string
  sources: string[]
  shown_at: string
  step: number
  phrase: string
  why: string
  agent: string | null
  pack: string
  pack_version: string
  gone_at: string | null
  gone_why: string | null
}

export interface SaidLine {
  run: number
  party: 'agent' | 'caller'
  utterance: number
  text: string
  confidence: number | null
  at_s: number
  said_at: string
}

export interface ForbiddenRow {
  situation_id: string
  phrase: string
  said: string
  agent: string | null
  at: string
}

export interface EscalationRow {
  escalation_id: string
  call_id: string
  agent: string | null
  situation_id: string | null
  reason: string
  excerpt: string
  urgent: boolean
  raised_at: string
  state: 'acknowledged' | 'closed' | 'open'
  handled_at: string | null
  handled_by: string | null
  note: string | null
  assigned_to: string | null
  times: number
}

export interface EscalationPage {
  escalations: EscalationRow[]
  next_cursor: string | null
}

export interface EscalationStep {
  state: string
  by: string
  note: string
  at: string
  assigned_to: string | null
}

export interface TraceRow {
  run: number
  seq: number
  situation_id: string
  fired: boolean
  because: string
  at: string
}

export interface NoteRow {
  agent: string
  text: string
  at: string
}

export interface WholeCall {
  call: CallRow
  categories: string[]
  legs: Leg[]
  cards: ShownCard[]
  transcript: SaidLine[]
  forbidden: ForbiddenRow[]
  escalations: EscalationRow[]
  trace: TraceRow[]
  notes: NoteRow[]
  conduct: ConductRow[]
  message: boolean
  message_elsewhere: string | null
  recording: boolean
}

export interface ConductRow {
  agent_speech_s: number | null
  caller_speech_s: number | null
  polite: number
  unsure: number
  talk_overs: number
  names_used: number | null
}

export interface UserRow {
  extension: string
  name: string
  role: 'admin' | 'agent' | 'quality' | 'supervisor'
  active: boolean
  created_at: string
}

export interface AuditRow {
  run: number
  seq: number
  at: string
  by: string
  what: string
  about: string
  detail: string
}

export interface AuditPage {
  lines: AuditRow[]
  next_cursor: string | null
}

export interface ReportRow {
  key: string
  values: Record<string, string | number | null>
  /** What finds the calls of this row; `columns` narrow them to one number. */
  filters: Query
}

export interface Report {
  rows: ReportRow[]
  columns: Record<string, Query>
}

export interface PackRow {
  name: string
  title: string
  version: string
  published: number
  in_force: boolean
  /** Read from there, and changed only there. */
  file: string | null
}

export interface PackSource {
  name: string
  source: string
  version: number
  by: string | null
  at: string | null
  comment: string
}

export interface VersionRow {
  version: number
  by: string | null
  at: string | null
  comment: string
}

export interface Mistake {
  file: string
  /** 0: the file as a whole. */
  line: number
  where: string
  text: string
}

export interface Preview {
  title: string
  steps: { phrase: string; verbatim: string | null; hint: string | null }[]
  never: string[]
  sources: string[]
  priority: number
}

export interface Fired {
  at_s: number
  situation_id: string
  title: string
  phrase: string
  why: string
}

const id = encodeURIComponent

export const findCalls = (filters: Query): Promise<CallPage> => getJson('/api/calls', filters)
export const wholeCall = (callId: string): Promise<WholeCall> => getJson(`/api/calls/${id(callId)}`)
export const sheet = (callId: string): Promise<Sheet> => getJson(`/api/sheets/${id(callId)}`)
export const findEscalations = (filters: Query): Promise<EscalationPage> => getJson('/api/escalations', filters)
export const escalationSteps = (escalation: string): Promise<EscalationStep[]> => getJson(`/api/escalations/${id(escalation)}/steps`)
export const report = (name: string, filters: Query): Promise<Report> => getJson(`/api/reports/${name}`, filters)
export const users = (): Promise<UserRow[]> => getJson('/api/users')
export const audit = (filters: Query): Promise<AuditPage> => getJson('/api/audit', filters)
export const addUser = (user: object): Promise<null> => sendJson('POST', '/api/users', user)
export const changeUser = (extension: string, name: string, role: UserRow['role']): Promise<null> =>
  sendJson('PUT', `/api/users/${id(extension)}`, { name, role })
export const setPassword = (extension: string, password: string): Promise<null> =>
  sendJson('POST', `/api/users/${id(extension)}/password`, { password })
export const setActive = (extension: string, active: boolean): Promise<null> =>
  sendJson('POST', `/api/users/${id(extension)}/active`, { active })

export const packs = (): Promise<PackRow[]> => getJson('/api/packs')
export const pack = (name: string): Promise<PackSource> => getJson(`/api/packs/${id(name)}`)
export const packVersions = (name: string): Promise<VersionRow[]> => getJson(`/api/packs/${id(name)}/versions`)

/** What may be asked of a pack that is being edited. */
function ofPack<T>(name: string, what: string, body: object): Promise<T> {
  return sendJson('POST', `/api/packs/${id(name)}/${what}`, body)
}

export const checkPack = (name: string, source: string): Promise<{ ok: boolean; mistakes: Mistake[] }> => ofPack(name, 'check', { source })
export const diffPack = (name: string, source: string): Promise<{ diff: string }> => ofPack(name, 'diff', { source })
export const packSituations = (name: string, source: string): Promise<{ situation_id: string; title: string }[]> =>
  ofPack(name, 'situations', { source })
export const previewPack = (name: string, source: string, situation: string): Promise<Preview> =>
  ofPack(name, 'preview', { source, situation_id: situation })
export const tryPack = (name: string, source: string, callId: string): Promise<{ before: Fired[]; after: Fired[] }> =>
  ofPack(name, 'try', { source, call_id: callId })
export const publishPack = (name: string, source: string, seen: number, comment: string): Promise<{ published: number }> =>
  ofPack(name, 'publish', { source, seen, comment })
export const rollBackPack = (name: string, to: number, seen: number, comment: string): Promise<{ published: number }> =>
  ofPack(name, 'roll_back', { to, seen, comment })
