// Made from assistant/messages.py by protocol_types.py. Do not edit.

export const PROTOCOL_VERSION = 1

export const MOST_WRITTEN = 500

export interface Hello {
  type: 'hello'
  protocol: number
  program_version: string
  role: 'admin' | 'agent' | 'quality' | 'supervisor'
  extension: string
  name: string
  demo: boolean
  demo_scenarios: string[]
  crm: 'button' | 'none' | 'window'
}

export interface Part {
  name: 'audio' | 'crm' | 'duty' | 'line' | 'notices' | 'pbx' | 'program' | 'recognizer' | 'records' | 'scripts' | 'trunk'
  state: 'degraded' | 'down' | 'ok'
  text: string
}

export interface LineView {
  parts: Part[]
  pack: string
  model: string
  model_is_demo: boolean
  waiting: number
  lines_in_use: number
  lines: number | null
}

export interface CallView {
  call_id: string
  state: 'ended' | 'held' | 'queued' | 'ringing' | 'talking' | 'transferring'
  state_s: number
  total_s: number
  ring_s: number | null
  caller_number: string | null
  caller_name: string | null
  region: string | null
  dialled: string | null
  queue: string | null
  direction: 'inbound' | 'internal' | 'outbound'
  agent: string | null
  ringing_agents: string[]
  held_by: 'agent' | 'caller' | null
  surname: string | null
  title: string | null
  audio: 'degraded' | 'down' | 'ok'
  situation: string | null
  escalated: boolean
  silence_s: number | null
  stages: ('close' | 'confirm' | 'greeting' | 'need' | 'solve')[]
  handing_to: string | null
  talk_share: number | null
  crm_url: string | null
  mood: 'angry' | 'calm' | 'tense'
  pack: string | null
}

export interface CountdownView {
  label: string
  total_s: number
  remaining_s: number
}

export interface CardView {
  card_id: string
  call_id: string
  situation_id: string
  sources: string[]
  title: string
  phrase: string
  verbatim: string | null
  hint: string | null
  next_phrase: string | null
  never: string[]
  step: number
  steps: number
  countdown: CountdownView | null
  why: string
  evidence: string[]
  priority: number
  buttons: ('attendant' | 'call_back' | 'consented' | 'escalate' | 'hang_up' | 'transfer' | 'understood')[]
  pack: string
  pack_version: string
  never_do: string[]
}

export interface WaitingView {
  card_id: string
  situation_id: string
  title: string
  priority: number
}

export interface LineOfText {
  call_id: string
  party: 'agent' | 'caller'
  utterance: number
  text: string
  final: boolean
  confidence: number | null
  marks: string[]
  at_s: number
}

export interface EscalationView {
  escalation_id: string
  call_id: string
  agent: string | null
  caller_number: string | null
  reason: string
  sources: string[]
  excerpt: string
  urgent: boolean
  age_s: number
  state: 'acknowledged' | 'closed' | 'open'
  by: string | null
  note: string | null
  repeats: number
  times: number
  assigned_to: string | null
}

export interface AgentView {
  extension: string
  name: string
  online: boolean
  phone: 'busy' | 'idle' | 'in_use' | 'on_hold' | 'ringing' | 'unavailable' | 'unknown'
  call_id: string | null
  talk_s: number
  rest_after_s: number | null
  role: 'admin' | 'agent' | 'quality' | 'supervisor'
  trouble: 'gone' | 'off_hook' | null
}

export interface SituationView {
  situation_id: string
  title: string
  sources: string[]
  initials: string
  begins_with: string
  packs: string[]
  phrased: boolean
}

export interface OwnerView {
  number: string
  name: string
  topic: string
  situations: string[]
  phone: 'busy' | 'idle' | 'in_use' | 'on_hold' | 'ringing' | 'unavailable' | 'unknown'
}

export interface NoticeShown {
  type: 'notice'
  card: CardView
  caller_number: string | null
  ring_s: number | null
}

export interface NoteView {
  call_id: string
  agent: string
  text: string
}

export interface SupervisorSays {
  type: 'supervisor_says'
  call_id: string | null
  by: string
  text: string
  message_id: string | null
}

export interface Snapshot {
  type: 'snapshot'
  line: LineView
  calls: CallView[]
  cards: CardView[]
  waiting: Record<string, WaitingView[]>
  transcript: LineOfText[]
  escalations: EscalationView[]
  agents: AgentView[]
  situations: SituationView[]
  owners: OwnerView[]
  notices: NoticeShown[]
  notes: NoteView[]
  packs: string[]
  unread: SupervisorSays[]
}

export interface LineChanged {
  type: 'line'
  line: LineView
}

export interface CallChanged {
  type: 'call'
  call: CallView
}

export interface CallGone {
  type: 'call_gone'
  call_id: string
}

export interface CardShown {
  type: 'card'
  card: CardView
}

export interface CardGone {
  type: 'card_gone'
  call_id: string
  card_id: string
  why: 'call_ended' | 'cancelled' | 'dismissed' | 'done' | 'expired' | 'said'
}

export interface WaitingChanged {
  type: 'waiting'
  call_id: string
  waiting: WaitingView[]
}

export interface NoticeGone {
  type: 'notice_gone'
  call_id: string
  card_id: string
}

export interface Transcript {
  type: 'transcript'
  line: LineOfText
}

export interface Levels {
  type: 'levels'
  call_id: string
  party: 'agent' | 'caller'
  level_dbfs: number
  snr_db: number | null
  speaking: boolean
}

export interface EscalationChanged {
  type: 'escalation'
  escalation: EscalationView
}

export interface AgentChanged {
  type: 'agent'
  agent: AgentView
}

export interface OwnersChanged {
  type: 'owners'
  owners: OwnerView[]
}

export interface ForbiddenSaid {
  type: 'forbidden'
  call_id: string
  phrase: string
  instead: string | null
  sources: string[]
}

export interface TaskDue {
  type: 'task_due'
  task_id: string
  kind: string
  call_id: string
  agent: string | null
  text: string
  due_in_s: number
}

export interface MessageRead {
  type: 'message_read'
  message_id: string
}

export interface NoteKept {
  type: 'note_kept'
  note: NoteView
}

export interface Refused {
  type: 'refused'
  reply_to: string
  reason: string
}

export interface Beat {
  type: 'beat'
}

export interface MoveCard {
  type: 'move_card'
  call_id: string
  card_id: string
  move: 'consented' | 'dismiss' | 'next' | 'said' | 'understood'
}

export interface CallUpSituation {
  type: 'call_up'
  call_id: string
  situation_id: string
}

export interface HangUpCall {
  type: 'hang_up'
  call_id: string
}

export interface Escalate {
  type: 'escalate'
  call_id: string
  note?: string
}

export interface SetCaller {
  type: 'set_caller'
  call_id: string
  surname?: string | null
  title?: string | null
}

export interface HandleEscalation {
  type: 'handle_escalation'
  escalation_id: string
  do: 'acknowledge' | 'assign' | 'close'
  note?: string
  to?: string | null
}

export interface JoinCall {
  type: 'join_call'
  call_id: string
  how: 'barge' | 'listen' | 'take_over' | 'whisper'
}

export interface PickUp {
  type: 'pick_up'
  call_id: string
}

export interface TransferCall {
  type: 'transfer'
  call_id: string
  to: string
}

export interface CompleteTransfer {
  type: 'complete_transfer'
  call_id: string
}

export interface SendToAttendant {
  type: 'attendant'
  call_id: string
}

export interface TellAgent {
  type: 'tell_agent'
  agent: string
  text: string
}

export interface ReadMessage {
  type: 'read_message'
  message_id: string
}

export interface TestLine {
  type: 'test_line'
}

export interface Note {
  type: 'note'
  call_id: string
  text: string
}

export interface StartDemoCall {
  type: 'demo_call'
  scenario: string
}

export type ServerMessage =
  | Hello
  | Snapshot
  | LineChanged
  | CallChanged
  | CallGone
  | CardShown
  | CardGone
  | WaitingChanged
  | NoticeShown
  | NoticeGone
  | Transcript
  | Levels
  | EscalationChanged
  | AgentChanged
  | OwnersChanged
  | ForbiddenSaid
  | TaskDue
  | SupervisorSays
  | MessageRead
  | NoteKept
  | Refused
  | Beat

export type BrowserMessage =
  | MoveCard
  | CallUpSituation
  | HangUpCall
  | Escalate
  | SetCaller
  | HandleEscalation
  | JoinCall
  | PickUp
  | TransferCall
  | CompleteTransfer
  | SendToAttendant
  | TellAgent
  | ReadMessage
  | TestLine
  | Note
  | StartDemoCall
