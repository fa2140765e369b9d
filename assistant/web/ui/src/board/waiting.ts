// Who waits to be answered, and for how long by now.
import { computed } from 'vue'
import { countUp } from '../clock'
import { calls } from '../state'

/** A wait that deserves a look. */
export const LONG_WAIT_S = 30

export const callsWaiting = computed(() =>
  [...calls.values()].filter(({ view }) => view.agent === null && view.state !== 'ended' && view.direction === 'inbound'),
)

/** From the call's beginning: a telephone that rings, stops and rings again does not begin the caller's wait anew. In whole seconds, so
 * that what shows it is drawn again no more often. */
export const longestWait = computed(() => Math.floor(Math.max(0, ...callsWaiting.value.map(({ view, at }) => countUp(view.total_s, at)))))
