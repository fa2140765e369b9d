// How much the desk says: everything to a newcomer, short hints to who knows the scripts, or only what must not go wrong.
import { ref } from 'vue'
import { ApiError } from '../api'
import { documentOf, saveDocument } from '../book'
import type { CardView } from '../protocol'

export type Density = 'full' | 'short' | 'warnings'

export const DENSITIES: Density[] = ['full', 'short', 'warnings']

/** From this priority on a card breaks through (`URGENT` in prompts/gate.py). */
const URGENT = 80
const FINAL = ['hang_up', 'escalate']

export const density = ref<Density>('full')

/** Somebody who tries all three leaves one version behind, not three. */
const SETTLED_MS = 1200

let whose = ''
let version = 0
let settling: number | undefined

/** Kept on the server, so that it goes with the agent to any desk; what this browser had last holds until that is known. */
export async function loadDensity(extension: string): Promise<void> {
  whose = extension
  const kept = localStorage.getItem(keyOf(extension))
  density.value = DENSITIES.find((one) => one === kept) ?? 'full'
  const before = density.value
  try {
    const document = await documentOf<{ density: Density }>('desk', extension)
    if (whose !== extension) return
    version = document.version
    if (density.value === before && version > 0) show(document.body.density)
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
  }
}

export function setDensity(next: Density): void {
  show(next)
  window.clearTimeout(settling)
  settling = window.setTimeout(() => void keep(whose, next, true), SETTLED_MS)
}

function show(next: Density): void {
  density.value = next
  localStorage.setItem(keyOf(whose), next)
}

async function keep(extension: string, next: Density, again: boolean): Promise<void> {
  try {
    version = (await saveDocument('desk', extension, version, { density: next }, '')).version
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    // Another desk of the same agent was faster; whoever pressed last is right. Anything else holds in this browser at least.
    if (error.status !== 409 || !again || whose !== extension) return
    version = (await documentOf<{ density: Density }>('desk', extension)).version
    await keep(extension, next, false)
  }
}

function keyOf(extension: string): string {
  return `hotline.density.${extension}`
}

export function nextDensity(): void {
  setDensity(DENSITIES[(DENSITIES.indexOf(density.value) + 1) % DENSITIES.length] ?? 'full')
}

/** Urgent, on a clock, or offering what cannot be undone. */
export function isWarning(card: CardView): boolean {
  return card.priority >= URGENT || card.countdown !== null || card.buttons.some((button) => FINAL.includes(button))
}
