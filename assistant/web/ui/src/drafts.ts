// What was typed for a record sheet and is not in the book yet. Personal data: it lies in the tab alone (no other tab sees it, a closed
// tab has forgotten it), bound to its writer, and only until the book has it, the writer signs out, somebody else signs in or a shift is over.
import type { SheetEdit } from './book'
import { state } from './state'

const PREFIX = 'hotline.draft.'
const LONGEST_MS = 12 * 3600_000

export interface Draft {
  at: number
  /** Of the sheet it was written on; null: it cannot be sent before its writer has seen that sheet (again). */
  version: number | null
  base: SheetEdit
  written: SheetEdit
  /** What stood in the line for notes when the call went. */
  more: string
  /** What people know the call by: a name, a number, a time. */
  who: string
}

/** One call's draft of whoever is signed in, also when that is nobody any more by the time an answer comes. */
export class DraftOfCall {
  private readonly key: string | null
  private kept: string | null = null

  constructor(callId: string) {
    const writer = state.hello?.extension
    this.key = writer === undefined ? null : keyOf(writer, callId)
  }

  read(): Draft | null {
    this.kept = this.key === null ? null : sessionStorage.getItem(this.key)
    return this.kept === null ? null : (JSON.parse(this.kept) as Draft)
  }

  keep(draft: Omit<Draft, 'at'>): void {
    if (this.key === null) return
    this.kept = JSON.stringify({ ...draft, at: Date.now() })
    sessionStorage.setItem(this.key, this.kept)
  }

  /** What another form of the same call has written since stays. */
  drop(): void {
    if (this.key !== null && sessionStorage.getItem(this.key) === this.kept) sessionStorage.removeItem(this.key)
  }
}

export function keepLine(callId: string, text: string, who: string): void {
  const draft = new DraftOfCall(callId)
  const before = draft.read() ?? { version: null, base: {}, written: {}, more: '', who }
  draft.keep({ ...before, more: [before.more, text].filter(Boolean).join('\n') })
}

/** The calls the one signed in has something unsaved of, what was typed last first. */
export function draftedCalls(): string[] {
  const mine = keyOf(state.hello?.extension ?? '', '')
  const found = keys().filter((key) => key.startsWith(mine))
  return found.sort((a, b) => writtenAt(b) - writtenAt(a)).map((key) => decodeURIComponent(key.slice(mine.length)))
}

/** On signing in: what is somebody else's or too old. */
export function sortOutDrafts(extension: string): void {
  const mine = keyOf(extension, '')
  drop((key) => !key.startsWith(mine) || Date.now() - writtenAt(key) > LONGEST_MS)
}

export function dropDrafts(): void {
  drop(() => true)
}

function drop(which: (key: string) => boolean): void {
  for (const key of keys().filter(which)) sessionStorage.removeItem(key)
}

function keys(): string[] {
  return Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX))
}

function keyOf(writer: string, callId: string): string {
  return `${PREFIX}${encodeURIComponent(writer)}.${encodeURIComponent(callId)}`
}

function writtenAt(key: string): number {
  return (JSON.parse(sessionStorage.getItem(key) ?? '{}') as Partial<Draft>).at ?? 0
}
