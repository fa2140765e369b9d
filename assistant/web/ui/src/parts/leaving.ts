// Nobody signs out of what is half written: open forms save first, then what forms of before could not.
import { ApiError } from '../api'
import { saveSheet } from '../book'
import { DraftOfCall, draftedCalls } from '../drafts'

/** `save`: false when something is still not in the book. */
interface Writing {
  callId: string
  save: () => Promise<boolean>
}

/** A call of which something written is still not in the book; `who`: what people know it by. */
export interface Unsaved {
  callId: string
  who: string
}

const forms = new Set<Writing>()

/** Gives what takes it off again. */
export function saveOnLeaving(form: Writing): () => void {
  forms.add(form)
  return () => forms.delete(form)
}

/** What is still not in the book then, open forms first. */
export async function saveAll(): Promise<Unsaved[]> {
  const open = await failing([...forms])
  const drafts = draftedCalls().filter((callId) => !open.includes(callId))
  const kept = await failing(drafts.map((callId) => ({ callId, save: () => send(callId) })))
  return [...open, ...kept].map((callId) => ({ callId, who: new DraftOfCall(callId).read()?.who || callId }))
}

async function failing(all: Writing[]): Promise<string[]> {
  const saved = await Promise.all(all.map(({ save }) => save()))
  return all.filter((_, index) => saved[index] === false).map(({ callId }) => callId)
}

async function send(callId: string): Promise<boolean> {
  const draft = new DraftOfCall(callId)
  const kept = draft.read()
  if (kept === null) return true
  if (kept.version === null) return false
  try {
    await saveSheet(callId, kept.version, kept.written)
  } catch (error) {
    if (error instanceof ApiError) return false
    throw error
  }
  draft.drop()
  return true
}
