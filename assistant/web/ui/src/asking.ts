// One question to the server and what came of it: the answer, that it is under way, or why there is none.
import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { ApiError } from './api'
import { t } from './i18n'

export interface Asking<T> {
  answer: ShallowRef<T | null>
  busy: Ref<boolean>
  fault: Ref<string>
  ask: (question: () => Promise<T>) => Promise<boolean>
}

/** Answers that were overtaken by a newer question are forgotten. `away`: what is told where the server gives no reason. */
export function useAsking<T>(away: () => string = () => t('serverAway')): Asking<T> {
  const answer: ShallowRef<T | null> = shallowRef(null)
  const busy = ref(false)
  const fault = ref('')
  let newest = 0

  async function ask(question: () => Promise<T>): Promise<boolean> {
    const mine = ++newest
    busy.value = true
    try {
      const got = await question()
      if (mine !== newest) return false
      answer.value = got
      fault.value = ''
      return true
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      if (mine === newest) fault.value = error.detail || away()
      return false
    } finally {
      if (mine === newest) busy.value = false
    }
  }

  return { answer, busy, fault, ask }
}
