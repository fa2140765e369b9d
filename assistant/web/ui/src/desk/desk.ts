// What the desk is looking at and what its keys and buttons do. The parts of the page share this one object.
import { computed, ref, watch } from 'vue'
import { draftedCalls, keepLine } from '../drafts'
import { t } from '../i18n'
import { keyShown } from '../keys'
import type { BrowserMessage, CallView, CardView, MoveCard } from '../protocol'
import { ask } from '../session'
import { situationsOf } from '../situations'
import { calls, cards, keptNotes, notices, refuseHere, sentNotes, state } from '../state'
import { openCrm, useCrm } from './crm'
import { hotkeys, type HotkeyAction } from './hotkeys'

export type Sheet = 'help' | 'search' | 'hang_up' | 'escalate' | 'tasks' | 'earlier' | null

/** The order in which an agent's calls matter. */
const RANK: Record<CallView['state'], number> = {
  talking: 0,
  transferring: 1,
  held: 2,
  ringing: 3,
  queued: 4,
  ended: 5,
}

export function useDesk() {
  const sheet = ref<Sheet>(null)
  const searchFor = ref('')
  const verbatim = ref(false)
  const chosen = ref<string | null>(null)
  const pending = ref<string | null>(null)
  /** The call whose record sheet is on the desk. */
  const paper = ref<string | null>(null)
  /** The sheet that a call of our own put by. */
  const putBy = ref<string | null>(null)
  const noteAsked = ref(0)

  const me = computed(() => state.hello?.extension ?? '')
  const myCalls = computed(() =>
    [...calls.values()]
      // A call that is being handed to me rings here while its agent still has it.
      .filter(({ view }) => view.agent === me.value || view.ringing_agents.includes(me.value))
      .sort((a, b) => RANK[a.view.state] - RANK[b.view.state]),
  )
  const call = computed(() => myCalls.value.find(({ view }) => view.call_id === chosen.value) ?? myCalls.value[0] ?? null)
  const callId = computed(() => call.value?.view.call_id ?? null)
  const card = computed(() => (callId.value === null ? null : (cards.get(callId.value) ?? null)))
  /** What the call's own pack has. */
  const situations = computed(() => situationsOf(call.value?.view.pack).filter((one) => one.phrased))
  const answered = computed(() => call.value !== null && call.value.view.agent === me.value)
  const crmUrl = computed(() => (answered.value ? (call.value?.view.crm_url ?? null) : null))
  /** What the call is to me: held there, it rings here. */
  const shownState = computed(() => (answered.value ? (call.value?.view.state ?? 'ended') : 'ringing'))
  /** Calls that ring elsewhere: everybody nearby shares them. */
  const othersRinging = computed(() => [...notices.values()].filter(({ view }) => view.card.call_id !== callId.value))

  watch(() => stepOf(card.value?.view), () => {
    pending.value = null
  })
  watch(() => card.value?.view.card_id, () => {
    verbatim.value = false
  })
  watch(() => state.endedCall?.view.call_id, (ended) => {
    // A call of our own has no sheet.
    if (ended !== undefined && !answered.value && state.endedCall?.view.direction === 'inbound') paper.value = ended
  })
  useCrm(() => (answered.value ? (call.value?.view ?? null) : null))
  // Whoever is on the line comes first; the form keeps what was written and the task reminds of it. Who calls back in the midst of a
  // sheet goes on with it afterwards.
  watch(answered, (now) => {
    if (now) {
      putBy.value = call.value?.view.direction === 'inbound' ? null : paper.value
      paper.value = null
    } else {
      paper.value ??= putBy.value ?? unsaved()
      putBy.value = null
    }
  })
  // What was typed before the page was loaded anew, or could not be saved.
  watch(() => state.ready, (ready) => {
    if (ready && !answered.value) paper.value ??= unsaved()
  }, { immediate: true })

  /** Nothing pressed may vanish without a word. */
  function tell(message: BrowserMessage): boolean {
    const sent = ask(message)
    if (!sent) refuseHere(message.type, t('serverAway'))
    return sent
  }

  function offers(button: CardView['buttons'][number]): boolean {
    return card.value?.view.buttons.includes(button) ?? false
  }

  function move(how: MoveCard['move']): void {
    const view = card.value?.view
    if (view === undefined || pending.value !== null) return
    if (how === 'next' && view.step >= view.steps) return
    if (tell({ type: 'move_card', call_id: view.call_id, card_id: view.card_id, move: how })) hold(stepOf(view))
  }

  /** One press, one move: a second press waits for the answer, though never for long. */
  function hold(step: string): void {
    pending.value = step
    window.setTimeout(() => {
      if (pending.value === step) pending.value = null
    }, 800)
  }

  function open(next: Sheet, query = ''): void {
    if ((next === 'hang_up' || next === 'escalate') && !answered.value) return
    searchFor.value = query
    sheet.value = next
  }

  function close(): void {
    sheet.value = null
  }

  function toAttendant(): void {
    if (callId.value !== null) tell({ type: 'attendant', call_id: callId.value })
  }

  function hangUp(): void {
    if (callId.value !== null) tell({ type: 'hang_up', call_id: callId.value })
    close()
  }

  function escalate(note: string): void {
    if (callId.value !== null) tell({ type: 'escalate', call_id: callId.value, note })
    close()
  }

  function callUp(situationId: string): void {
    if (callId.value !== null) tell({ type: 'call_up', call_id: callId.value, situation_id: situationId })
    close()
  }

  function pickUp(id?: string): void {
    const which = id ?? othersRinging.value[0]?.view.card.call_id
    if (which !== undefined) tell({ type: 'pick_up', call_id: which })
  }

  function note(id: string, text: string): boolean {
    const sent = tell({ type: 'note', call_id: id, text })
    if (sent) sentNotes.set(id, [...sentNotesOf(id), text])
    return sent
  }

  /** What stood in the line goes to the sheet, where there will be one. */
  function leaveOver(id: string, text: string): void {
    const of = [calls.get(id), state.endedCall].find((one) => one?.view.call_id === id)
    if (text !== '' && of?.view.direction === 'inbound') keepLine(id, text, of.view.caller_number ?? '')
  }

  /** For the sheet: what never came to the book. */
  function unsentOf(id: string): string {
    return sentNotesOf(id).join('\n')
  }

  function notesOf(id: string): string[] {
    return keptNotes.get(id) ?? []
  }

  function sentNotesOf(id: string): string[] {
    return sentNotes.get(id) ?? []
  }

  function openPaper(id: string): void {
    if (answered.value) return
    close()
    paper.value = id
  }

  function showCrm(): void {
    if (crmUrl.value !== null) openCrm(crmUrl.value)
  }

  function closePaper(): void {
    paper.value = null
  }

  /** One sheet is saved: so can be what was refused before. */
  function savedPaper(): void {
    paper.value = unsaved()
  }

  function keyOfAction(action: HotkeyAction): string {
    return keyShown(hotkeys.value[action], t('key_said'))
  }

  return {
    sheet, searchFor, verbatim, chosen, pending, paper, noteAsked, me, myCalls, call, callId, card, situations, answered, shownState, othersRinging,
    tell, offers, move, open, close, toAttendant, hangUp, escalate, callUp, pickUp, note, notesOf, sentNotesOf, leaveOver, unsentOf, openPaper, closePaper, savedPaper, keyOfAction, crmUrl, showCrm,
  }
}

export type Desk = ReturnType<typeof useDesk>

function unsaved(): string | null {
  return draftedCalls()[0] ?? null
}

function stepOf(view: CardView | undefined): string {
  return view === undefined ? '' : `${view.card_id}/${view.step}`
}
