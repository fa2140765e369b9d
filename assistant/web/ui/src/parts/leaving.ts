// Nobody signs out of what is half written: open forms save first, then what forms of before could not.
import { ApiError } from '../api'
import { saveSheet } from '../book'
import { DraftOfCall, draftedCalls } from '../drafts'

type Save = () => Promise<boolean>

const forms = new Set<Save>()

/** `save`: false when something is still not in the book. Gives what takes it off again. */
export function saveOnLeaving(save: Save): () => void {
  forms.add(save)
  return () => forms.delete(save)
}

/** Whether everything written is in the book. */
export async function saveAll(): Promise<boolean> {
  const saved = await Promise.all([...forms].map((save) => save()))
  const sent = saved.includes(false) ? [] : await Promise.all(draftedCalls().map(send))
  return ![...saved, ...sent].includes(false)
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
