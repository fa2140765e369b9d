// What this browser knows, and how each message of the server changes it. It must not know how anything looks.
import { reactive, shallowReactive } from 'vue'
import { stamp, type Stamped } from './clock'
import type {
  AgentView,
  CallView,
  CardGone,
  CardView,
  EscalationView,
  ForbiddenSaid,
  Hello,
  Levels,
  LineOfText,
  LineView,
  NoteView,
  NoticeShown,
  OwnerView,
  ServerMessage,
  SituationView,
  Snapshot,
  SupervisorSays,
  TaskDue,
  WaitingView,
} from './protocol'

/** Lines of one call kept on screen; the whole transcript is in the records. */
const MOST_LINES = 300
const MOST_NOTES = 5

export interface LeftCard {
  card: CardView
  why: CardGone['why']
  at: number
}

export interface Refusal {
  id: number
  replyTo: string
  reason: string
}

export interface Note extends SupervisorSays {
  id: number
}

export interface Correction extends ForbiddenSaid {
  at: number
}

export const state = reactive({
  hello: null as Hello | null,
  line: null as LineView | null,
  situations: [] as SituationView[],
  /** Those in force; first the one of calls for which no other was chosen. */
  packs: [] as string[],
  /** Whom enquiries are handed to. */
  owners: [] as OwnerView[],
  /** The call that ended last here: it stays readable until the next one. */
  endedCall: null as Stamped<CallView> | null,
  ready: false,
})

export const calls = shallowReactive(new Map<string, Stamped<CallView>>())
/** The primary card of each call. */
export const cards = shallowReactive(new Map<string, Stamped<CardView>>())
/** What was being read when a more important card came, by call. */
export const interrupted = shallowReactive(new Map<string, CardView>())
/** The card that just left, by call: the page says why. */
export const leftCards = shallowReactive(new Map<string, LeftCard>())
/** What everyone on duty is told, such as a call that rings on. */
export const notices = shallowReactive(new Map<string, Stamped<NoticeShown>>())
export const waiting = shallowReactive(new Map<string, WaitingView[]>())
export const transcripts = shallowReactive(new Map<string, LineOfText[]>())
export const levels = shallowReactive(new Map<string, Levels>())
export const escalations = shallowReactive(new Map<string, Stamped<EscalationView>>())
export const agents = shallowReactive(new Map<string, Stamped<AgentView>>())
export const notes = shallowReactive<Note[]>([])
/** What was written down in a call and is in the book, by call. */
export const keptNotes = shallowReactive(new Map<string, string[]>())
/** What was sent and is not in the book yet. */
export const sentNotes = shallowReactive(new Map<string, string[]>())
export const refusals = shallowReactive<Refusal[]>([])
/** Reminders of what is owed, newest last. */
export const reminders = shallowReactive<TaskDue[]>([])
export const corrections = shallowReactive(new Map<string, Correction>())

let nextId = 0

export function apply(message: ServerMessage): void {
  switch (message.type) {
    case 'hello':
      state.hello = message
      return
    case 'snapshot':
      return replaceAll(message)
    case 'line':
      state.line = message.line
      return
    case 'call':
      calls.set(message.call.call_id, stamp(message.call))
      return
    case 'call_gone':
      return endCall(message.call_id)
    case 'card':
      return showCard(message.card)
    case 'card_gone':
      return removeCard(message)
    case 'waiting':
      waiting.set(message.call_id, message.waiting)
      return
    case 'notice':
      notices.set(message.card.card_id, stamp(message))
      return
    case 'notice_gone':
      notices.delete(message.card_id)
      return
    case 'transcript':
      return addLine(message.line)
    case 'levels':
      levels.set(levelKey(message.call_id, message.party), message)
      return
    case 'escalation':
      escalations.set(message.escalation.escalation_id, stamp(message.escalation))
      return
    case 'agent':
      agents.set(message.agent.extension, stamp(message.agent))
      return
    case 'owners':
      state.owners = message.owners
      return
    case 'forbidden':
      corrections.set(message.call_id, { ...message, at: performance.now() })
      return
    case 'task_due':
      return remind(message)
    case 'supervisor_says':
      return tell(message)
    case 'message_read':
      replace(notes, notes.filter((note) => note.message_id !== message.message_id))
      return
    case 'note_kept':
      return keepNote(message.note)
    case 'beat':
      return
    case 'refused':
      push(refusals, { id: nextId++, replyTo: message.reply_to, reason: message.reason })
      return
    default:
      unknown(message)
  }
}

/** A compile error when a message of the protocol is forgotten above; a newer server's message is passed over. */
function unknown(_message: never): void {}

export function levelKey(callId: string, party: string): string {
  return `${callId}/${party}`
}

export function forgetAll(): void {
  for (const map of [calls, cards, interrupted, leftCards, notices, waiting, transcripts, levels, escalations, agents, corrections]) {
    map.clear()
  }
  keptNotes.clear()
  sentNotes.clear()
  notes.length = 0
  refusals.length = 0
  reminders.length = 0
  Object.assign(state, { hello: null, line: null, situations: [], packs: [], owners: [], endedCall: null, ready: false })
}

function replaceAll(snapshot: Snapshot): void {
  const readBefore = new Map(cards)
  const saidBefore = new Map(transcripts)
  const ended = endedMeanwhile(snapshot)
  for (const map of [calls, cards, interrupted, leftCards, notices, waiting, transcripts, levels, escalations, agents]) map.clear()
  state.line = snapshot.line
  state.situations = snapshot.situations
  state.packs = snapshot.packs
  state.owners = snapshot.owners
  for (const call of snapshot.calls) calls.set(call.call_id, stamp(call))
  for (const card of snapshot.cards) cards.set(card.call_id, stamp(card))
  for (const notice of snapshot.notices) notices.set(notice.card.card_id, stamp(notice))
  for (const [callId, list] of Object.entries(snapshot.waiting)) waiting.set(callId, list)
  for (const line of snapshot.transcript) addLine(line)
  for (const escalation of snapshot.escalations) escalations.set(escalation.escalation_id, stamp(escalation))
  for (const call of snapshot.calls) takeNotes(snapshot.notes.filter((note) => note.call_id === call.call_id))
  replace(notes, notes.filter((note) => note.message_id === null))
  for (const says of snapshot.unread) tell(says)
  for (const agent of snapshot.agents) agents.set(agent.extension, stamp(agent))
  for (const [callId, card] of readBefore) {
    const gone = calls.has(callId) && !cards.has(callId)
    if (gone) leftCards.set(callId, { card: card.view, why: 'cancelled', at: performance.now() })
  }
  if (ended !== null) keepEnded(ended)
  // It stays readable until the next one.
  const last = state.endedCall?.view.call_id
  if (last !== undefined && saidBefore.has(last)) transcripts.set(last, saidBefore.get(last) ?? [])
  state.ready = true
}

/** My own call that ended while this page was away: nobody will say so any more. Of a PBX out of sight nothing is concluded. */
function endedMeanwhile(snapshot: Snapshot): Stamped<CallView> | null {
  const seen = snapshot.line.parts.some((part) => part.name === 'pbx' && part.state === 'ok')
  const there = new Set(snapshot.calls.map((call) => call.call_id))
  const mine = [...calls.values()].filter((call) => isMine(call.view) && !there.has(call.view.call_id))
  return seen ? (mine.at(-1) ?? null) : null
}

function isMine(call: CallView): boolean {
  return call.agent !== null && call.agent === state.hello?.extension
}

/** A note that was sent from here is no longer on its way. */
function keepNote(note: NoteView): void {
  keptNotes.set(note.call_id, [...(keptNotes.get(note.call_id) ?? []), note.text])
  const onTheirWay = sentNotes.get(note.call_id) ?? []
  const which = onTheirWay.indexOf(note.text)
  if (which >= 0) sentNotes.set(note.call_id, onTheirWay.toSpliced(which, 1))
}

/** Those this page has not heard of; a program that was restarted in mid-call knows fewer than the page. */
function takeNotes(told: NoteView[]): void {
  const known = keptNotes.get(told[0]?.call_id ?? '')?.length ?? 0
  for (const note of told.slice(known)) keepNote(note)
}

function showCard(card: CardView): void {
  const before = cards.get(card.call_id)?.view
  // The same words again (a greeting that became urgent) interrupt nobody.
  const other = before !== undefined && before.card_id !== card.card_id && before.phrase !== card.phrase
  if (other) interrupted.set(card.call_id, before)
  if (interrupted.get(card.call_id)?.card_id === card.card_id) interrupted.delete(card.call_id)
  leftCards.delete(card.call_id)
  cards.set(card.call_id, stamp(card))
}

function removeCard(gone: CardGone): void {
  if (interrupted.get(gone.call_id)?.card_id === gone.card_id) interrupted.delete(gone.call_id)
  const shown = cards.get(gone.call_id)?.view
  if (shown?.card_id !== gone.card_id) return
  cards.delete(gone.call_id)
  interrupted.delete(gone.call_id)
  leftCards.set(gone.call_id, { card: shown, why: gone.why, at: performance.now() })
}

function addLine(line: LineOfText): void {
  const before = transcripts.get(line.call_id) ?? []
  const same = before.findIndex((other) => other.party === line.party && other.utterance === line.utterance)
  const emptied = line.final && line.text === ''
  let after: LineOfText[]
  if (same >= 0) after = emptied ? before.toSpliced(same, 1) : before.with(same, line)
  else after = emptied ? before : [...before, line].slice(-MOST_LINES)
  transcripts.set(line.call_id, after)
}

function endCall(callId: string): void {
  const call = calls.get(callId)
  if (call !== undefined && isMine(call.view)) keepEnded(call)
  else transcripts.delete(callId)
  for (const map of [calls, cards, interrupted, leftCards, waiting, corrections]) map.delete(callId)
  levels.delete(levelKey(callId, 'caller'))
  levels.delete(levelKey(callId, 'agent'))
  for (const notice of [...notices.values()]) {
    if (notice.view.card.call_id === callId) notices.delete(notice.view.card.card_id)
  }
}

function keepEnded(call: Stamped<CallView>): void {
  if (state.endedCall !== null) transcripts.delete(state.endedCall.view.call_id)
  const lasted = call.view.total_s + (performance.now() - call.at) / 1000
  state.endedCall = stamp({ ...call.view, state: 'ended', total_s: lasted })
}

function remind(due: TaskDue): void {
  const same = reminders.findIndex((one) => one.task_id === due.task_id)
  if (same >= 0) reminders.splice(same, 1)
  push(reminders, due)
}

/** The server keeps what must be read, and no more than is bearable; what is said in passing makes room for the next. */
function tell(says: SupervisorSays): void {
  const passing = notes.filter((note) => note.message_id === null)
  const oldest = says.message_id === null && passing.length >= MOST_NOTES ? passing[0] : undefined
  replace(notes, [...notes.filter((note) => note !== oldest), { ...says, id: nextId++ }])
}

function replace<T>(list: T[], by: T[]): void {
  list.splice(0, list.length, ...by)
}

/** What the page itself could not even ask for; a second press says nothing new. */
export function refuseHere(replyTo: string, reason: string): void {
  if (!refusals.some((one) => one.reason === reason)) push(refusals, { id: nextId++, replyTo, reason })
}

function push<T>(list: T[], item: T): void {
  list.push(item)
  if (list.length > MOST_NOTES) list.shift()
}
