// The page's one clock. Everything that counts reads `tick`; while the server is away it stands still, and so do all timers.
import { ref } from 'vue'

const TICK_MS = 200

export const tick = ref(performance.now())

let frozen = false

setInterval(() => {
  if (!frozen) tick.value = performance.now()
}, TICK_MS)

export function freezeClock(): void {
  frozen = true
}

export function runClock(): void {
  frozen = false
  tick.value = performance.now()
}

/** A value of the server together with the moment it arrived here. */
export interface Stamped<T> {
  view: T
  at: number
}

export function stamp<T>(view: T): Stamped<T> {
  return { view, at: performance.now() }
}

/** Seconds that were `seconds` at `at`, by now. */
export function countUp(seconds: number, at: number): number {
  return seconds + Math.max(0, (tick.value - at) / 1000)
}

export function countDown(seconds: number, at: number): number {
  return Math.max(0, seconds - Math.max(0, (tick.value - at) / 1000))
}

/** 7 → 0:07, 754 → 12:34, 3700 → 1:01:40 */
export function asClock(seconds: number): string {
  const whole = Math.floor(Math.max(0, seconds))
  const s = String(whole % 60).padStart(2, '0')
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return `${minutes}:${s}`
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${s}`
}
