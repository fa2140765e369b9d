// A record sheet while somebody writes in it: found, kept as a draft, saved, and brought together with what others save meanwhile.
// It must not know how the form looks.
import { computed, onBeforeUnmount, reactive, ref, watch } from 'vue'
import { ApiError } from '../api'
import { openSheet, saveSheet, sheetOf, type Sheet, type SheetEdit } from '../book'
import { DraftOfCall } from '../drafts'
import { t } from '../i18n'
import { refuseHere } from '../state'
import { fullMoment } from '../times'
import { saveOnLeaving } from './leaving'
import { carryOver, editOf, FIELDS, type Edit } from './sheet-edit'

/** The sheet is written just after the call ends; the page may ask a moment too early. */
const TRIES = 8
const BETWEEN_TRIES_MS = 300
const NOT_THERE = 404
const OVERTAKEN = 409

/** `fresh`: the call has just left this page, and may go on at another's. `moreNotes`: lines that are to stand in the notes. */
export interface SheetAsked {
  callId: string
  readonly?: boolean | undefined
  moreNotes?: string | undefined
  fresh?: boolean | undefined
}

export function useSheet(asked: SheetAsked) {
  const draft = new DraftOfCall(asked.callId)
  const sheet = ref<Sheet | null>(null)
  const written = reactive<SheetEdit>({})
  /** The fields others changed, too, as they stood before either did. */
  const before = ref<SheetEdit>({})
  const fault = ref('')
  const restored = ref(false)
  const busy = ref(false)
  let underway: Promise<Sheet | null> | null = null
  let gone = false
  let absent = false
  let leftUnsaved = false

  const mayWrite = computed(() => asked.readonly !== true && sheet.value?.editable === true)
  /** What both changed: nothing of it is saved unasked. */
  const both = computed(() => FIELDS.filter((name) => before.value[name] !== undefined && written[name] !== sheet.value?.[name]))

  function edit(): Edit {
    const own = editOf(sheet.value ?? {}, written)
    return { base: { ...own.base, ...pick(before.value, both.value) }, written: own.written }
  }

  function lay(now: Sheet, own: Edit): void {
    const carried = carryOver(own, now)
    sheet.value = now
    Object.assign(written, carried.form)
    before.value = pick(own.base, carried.both)
  }

  function keepDraft(): void {
    if (sheet.value === null || !mayWrite.value) return
    const own = edit()
    if (isEmpty(own)) draft.drop()
    else draft.keep({ ...own, version: both.value.length > 0 ? null : sheet.value.version, more: '', who: who(sheet.value) })
  }

  function who(of: Sheet): string {
    return [written.caller_name, of.number].filter(Boolean).join(' ') || fullMoment(of.came_at)
  }

  async function load(): Promise<void> {
    const found = await look()
    if (found === null || gone) return
    const kept = draft.read()
    lay(found, kept ?? { base: {}, written: {} })
    if (!mayWrite.value) return
    restored.value = kept !== null && !isEmpty(edit())
    addNotes([asked.moreNotes, kept?.more])
    keepDraft()
  }

  async function look(): Promise<Sheet | null> {
    // Nobody opens the sheet of a call but who had it, or wrote in it before.
    const mine = asked.fresh === true || draft.read() !== null
    if (asked.fresh) await pause()
    for (let tries = 1; !gone; tries++) {
      try {
        return mine && tries > TRIES ? await openSheet(asked.callId) : await sheetOf(asked.callId)
      } catch (error) {
        if (!(error instanceof ApiError)) throw error
        absent = error.status === NOT_THERE
        if (!absent || tries > TRIES || !mine) {
          fault.value = absent ? t('sheetNone') : error.detail || t('serverAway')
          return null
        }
      }
      await pause()
    }
    return null
  }

  function addNotes(more: (string | undefined)[]): void {
    const lines = more.flatMap((text) => (text ?? '').split('\n')).filter((line) => line !== '')
    const known = (written.notes ?? '').split('\n')
    const missing = [...new Set(lines)].filter((line) => !known.includes(line))
    if (missing.length > 0) written.notes = [written.notes, ...missing].filter(Boolean).join('\n')
  }

  /** The sheet as it is in the book, with everything written; null when it is not. */
  async function save(): Promise<Sheet | null> {
    while (underway !== null) await underway
    if (sheet.value === null || !mayWrite.value || isEmpty(edit())) return sheet.value
    underway = send(sheet.value)
    try {
      return await underway
    } finally {
      underway = null
    }
  }

  async function send(seen: Sheet): Promise<Sheet | null> {
    const sent = { ...written }
    busy.value = true
    fault.value = ''
    try {
      const next = await saveSheet(asked.callId, seen.version, edit().written)
      lay(next, editOf(sent, written))
      restored.value = false
      keepDraft()
      return next
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      fault.value = error.detail || t('serverAway')
      if (error.status === OVERTAKEN) await catchUp()
      return null
    } finally {
      busy.value = false
    }
  }

  /** Somebody else was faster: theirs is what counts from now on, and what was written here is put to it. */
  async function catchUp(): Promise<void> {
    try {
      lay(await sheetOf(asked.callId), edit())
    } catch (error) {
      if (error instanceof ApiError) return
      throw error
    }
    fault.value = both.value.length > 0 ? '' : t('sheetMet', { by: sheet.value?.edited_by ?? '—' })
    keepDraft()
  }

  /** Whether the form may go. What cannot be saved stays a draft, and the page says why; what somebody else has just written must be seen first. */
  async function putAside(): Promise<boolean> {
    if (sheet.value === null) giveUp()
    if (sheet.value === null || !mayWrite.value) return true
    const seen = sheet.value.version
    if ((await save()) !== null) return true
    if (gone || sheet.value.version !== seen) return false
    leftUnsaved = true
    refuseHere('sheet', t('sheetLeft', { call: who(sheet.value), why: fault.value }))
    return true
  }

  /** What never came to the book and never will is forgotten with the form, but for words that were typed into it. */
  function giveUp(): void {
    if (absent && isEmpty(draft.read() ?? { base: {}, written: {} })) draft.drop()
  }

  watch(() => JSON.stringify(edit()), keepDraft)
  const stay = saveOnLeaving({
    callId: asked.callId,
    save: async () => both.value.length === 0 && ((await save()) !== null || sheet.value === null),
  })
  onBeforeUnmount(() => {
    gone = true
    stay()
    // A call came in while somebody wrote: what is written is kept, the task reminds of the rest.
    if (both.value.length === 0 && !leftUnsaved) void save()
  })

  return { sheet, written, fault, restored, busy, mayWrite, both, load, save, putAside }
}

function pick(from: SheetEdit, names: (keyof SheetEdit)[]): SheetEdit {
  return Object.fromEntries(names.map((name) => [name, from[name] ?? '']))
}

function isEmpty(own: Edit): boolean {
  return Object.keys(own.written).length === 0
}

function pause(): Promise<void> {
  return new Promise((resume) => window.setTimeout(resume, BETWEEN_TRIES_MS))
}
