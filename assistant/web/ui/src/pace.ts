// With many calls at once: how things stand is drawn ten times a second at most, so that no click waits behind a thousand redraws.
import type { ServerMessage } from './protocol'

const EVERY_MS = 100
const PICTURES: ReadonlySet<ServerMessage['type']> = new Set(['call', 'agent', 'line', 'levels', 'transcript'])

export interface Pacer {
  deliver(message: ServerMessage): void
  stop(): void
}

/** Everything else is applied at once, and what was gathered before it: the order stays. */
export function paced(apply: (message: ServerMessage) => void): Pacer {
  let gathered: ServerMessage[] = []
  let drawnAt = Number.NEGATIVE_INFINITY
  let timer: number | undefined

  function draw(): void {
    stop()
    drawnAt = performance.now()
    const all = gathered
    gathered = []
    for (const message of all) apply(message)
  }

  function stop(): void {
    window.clearTimeout(timer)
    timer = undefined
  }

  return {
    deliver(message) {
      gathered.push(message)
      const wait = drawnAt + EVERY_MS - performance.now()
      // A page in the background gets its timers late: then the next message draws.
      if (!PICTURES.has(message.type) || wait <= 0) draw()
      else timer ??= window.setTimeout(draw, wait)
    },
    stop,
  }
}
