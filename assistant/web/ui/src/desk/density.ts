// How much the desk says: everything to a newcomer, short hints to who knows the scripts, or only what must not go wrong.
import { ref } from 'vue'
import type { CardView } from '../protocol'

export type Density = 'full' | 'short' | 'warnings'

export const DENSITIES: Density[] = ['full', 'short', 'warnings']

/** From this priority on a card breaks through (`URGENT` in prompts/gate.py). */
const URGENT = 80
const FINAL = ['hang_up', 'escalate']

export const density = ref<Density>('full')

let key = ''

/** Kept in this browser, for each extension of its own: two people may share a desk. */
export function loadDensity(extension: string): void {
  key = `hotline.density.${extension}`
  const kept = localStorage.getItem(key)
  density.value = DENSITIES.find((one) => one === kept) ?? 'full'
}

export function setDensity(next: Density): void {
  density.value = next
  localStorage.setItem(key, next)
}

export function nextDensity(): void {
  setDensity(DENSITIES[(DENSITIES.indexOf(density.value) + 1) % DENSITIES.length] ?? 'full')
}

/** Urgent, on a clock, or offering what cannot be undone. */
export function isWarning(card: CardView): boolean {
  return card.priority >= URGENT || card.countdown !== null || card.buttons.some((button) => FINAL.includes(button))
}
