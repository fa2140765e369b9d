// Of the escalations those that concern the agent of this page: what was given to it, and what became of its own.
import { computed, shallowReactive } from 'vue'
import type { Stamped } from './clock'
import type { EscalationView } from './protocol'
import { escalations, state } from './state'

/** What was put away here, as it stood; how it goes on is told again. */
const putAway = shallowReactive(new Set<string>())

const me = computed(() => (state.hello?.role === 'agent' ? state.hello.extension : null))
/** The oldest first. */
const known = computed(() => (me.value === null ? [] : [...escalations.values()].sort((a, b) => raised(a) - raised(b)).map(({ view }) => view)))

/** They stay until they are closed. */
export const given = computed(() => known.value.filter((one) => one.state !== 'closed' && one.assigned_to === me.value))
/** That it was reported the call itself shows. */
export const answered = computed(() =>
  known.value.filter((one) => one.agent === me.value && one.state !== 'open' && isOthersDoing(one) && !putAway.has(asItStands(one))),
)

export function putAwayAnswer(one: EscalationView): void {
  putAway.add(asItStands(one))
}

function isOthersDoing(one: EscalationView): boolean {
  return (one.state === 'closed' ? one.by : one.assigned_to) !== me.value
}

function asItStands(one: EscalationView): string {
  return [one.escalation_id, one.state, one.by, one.assigned_to].join(' ')
}

function raised({ view, at }: Stamped<EscalationView>): number {
  return at - view.age_s * 1000
}
