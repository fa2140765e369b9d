// The book of calls as the server tells it: sheets, tasks, earlier calls, documents. Shapes and requests, nothing to look at.
import { getJson, sendJson, type Query } from './api'

export interface CallRow {
  call_id: string
  direction: string
  caller_number: string | null
  caller_name: string | null
  region: string | null
  queue: string | null
  agent: string | null
  began_at: string
  answered_at: string | null
  ended_at: string | null
  reason: string | null
  ring_s: number | null
  wait_s: number | null
  talk_s: number | null
  hold_s: number | null
  silence_s: number | null
  surname: string | null
  title: string | null
  answer_delay_s: number | null
  ended_by: string | null
}

/** With what its sheet says of it. */
export interface EarlierCall extends CallRow {
  category: string | null
  purpose: string | null
  result: string | null
}

export interface EarlierPage {
  calls: EarlierCall[]
  next_cursor: string | null
}

export interface CallPage {
  calls: CallRow[]
  next_cursor: string | null
}

export interface Sheet {
  call_id: string
  came_at: string
  number: string | null
  caller_name: string
  gender: string
  region: string
  organisation: string
  purpose: string
  recorder: string
  result: string
  notes: string
  category: string
  excerpt: string
  version: number
  edited_at: string | null
  edited_by: string | null
  complete: boolean
  missing: string[]
  complaint: string
  customer: string
  /** False for who sees it masked. */
  editable: boolean
}

export type SheetField =
  | 'caller_name' | 'gender' | 'region' | 'organisation' | 'purpose' | 'recorder' | 'result' | 'notes' | 'category'
  | 'complaint' | 'customer'
export type SheetEdit = Partial<Record<SheetField, string>>

export interface Task {
  task_id: string
  kind: string
  call_id: string
  agent: string | null
  text: string
  created_at: string
  due_at: string | null
  done_at: string | null
  done_by: string | null
  caller_number: string | null
  region: string | null
  message: boolean
}

export interface Versioned<T> {
  kind: string
  key: string
  version: number
  body: T
  by: string | null
  at: string | null
  comment: string
}

export function sheetOf(callId: string): Promise<Sheet> {
  return getJson(`/api/sheets/${encodeURIComponent(callId)}`)
}

/** By hand: also while the call goes on elsewhere. One that is there stays as it is. */
export function openSheet(callId: string): Promise<Sheet> {
  return sendJson('POST', `/api/sheets/${encodeURIComponent(callId)}`)
}

export function saveSheet(callId: string, version: number, edit: SheetEdit): Promise<Sheet> {
  return sendJson('PUT', `/api/sheets/${encodeURIComponent(callId)}`, { version, ...edit })
}

export interface TaskPage {
  tasks: Task[]
  next_cursor: string | null
}

/** A call the program did not see; its sheet is there at once. */
export function writeIn(cameAt: Date, number: string, callerName: string): Promise<Sheet> {
  return sendJson('POST', '/api/calls', { came_at: cameAt.toISOString(), number: number || null, caller_name: callerName || null })
}

/** `hours` null: as long as the table of promises says. */
export function promise(callId: string, hours: number | null, complaint: string, customer: string): Promise<Task> {
  return sendJson('POST', `/api/calls/${encodeURIComponent(callId)}/promise`, { hours, complaint, customer })
}

export function findTasks(filters: Query): Promise<TaskPage> {
  return getJson('/api/tasks', filters)
}

export function finishTask(taskId: string): Promise<Task> {
  return sendJson('POST', `/api/tasks/${encodeURIComponent(taskId)}/done`)
}

/** What the same caller had before the call, whoever answered; `after`: the cursor of the page before. */
export function earlierCalls(callId: string, limit: number, after: string | null): Promise<EarlierPage> {
  return getJson(`/api/calls/${encodeURIComponent(callId)}/earlier`, after === null ? { limit } : { limit, cursor: after })
}

/** 投诉类别 × 客户类别 → hours; `*` is any. */
export interface PromiseRule {
  complaint: string
  customer: string
  hours: number
}

export async function promiseRules(): Promise<PromiseRule[]> {
  return (await documentOf<{ rules: PromiseRule[] }>('promises', 'default')).body.rules
}

export function documentOf<T>(kind: string, key: string): Promise<Versioned<T>> {
  return getJson(`/api/documents/${kind}/${encodeURIComponent(key)}`)
}

export function saveDocument<T>(kind: string, key: string, seen: number, body: T, comment: string): Promise<Versioned<T>> {
  return sendJson('PUT', `/api/documents/${kind}/${encodeURIComponent(key)}`, { seen, body, comment })
}
