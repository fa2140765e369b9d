// What is written on the board and saved nowhere yet: nothing takes its place, and no page is left, without a question.
import { onUnmounted, shallowRef } from 'vue'

const holders = new Set<() => boolean>()

/** What is done once somebody has said that what is unsaved may go; null: nothing waits for that. */
export const waiting = shallowRef<(() => void) | null>(null)

/** In a component's setup: `unsaved` is asked for as long as it is there. */
export function holdsUnsaved(unsaved: () => boolean): void {
  holders.add(unsaved)
  onUnmounted(() => holders.delete(unsaved))
}

export function isUnsaved(): boolean {
  return [...holders].some((unsaved) => unsaved())
}

/** At once where nothing is unsaved. */
export function unlessUnsaved(go: () => void): void {
  if (isUnsaved()) waiting.value = go
  else go()
}

window.addEventListener('beforeunload', (event) => {
  if (isUnsaved()) event.preventDefault()
})
