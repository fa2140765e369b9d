// The situations of the packs in force: a call goes by those of its own pack, a list of past calls by one title each.
import { computed } from 'vue'
import type { SituationView } from './protocol'
import { state } from './state'

/** Those of one pack; of the usual one where it is not known or no longer in force. */
export function situationsOf(pack: string | null | undefined): SituationView[] {
  const known = pack && state.packs.includes(pack) ? pack : state.packs[0]
  return state.situations.filter((one) => one.packs.length === 0 || (known !== undefined && one.packs.includes(known)))
}

/** One of each, of whatever pack; where packs differ, as the usual one has it. */
export const everySituation = computed<SituationView[]>(() => {
  const usual = new Set(situationsOf(null))
  const found = new Map<string, SituationView>()
  for (const one of state.situations) {
    if (usual.has(one) || !found.has(one.situation_id)) found.set(one.situation_id, one)
  }
  return [...found.values()]
})

export function titleOf(id: string): string {
  return everySituation.value.find((one) => one.situation_id === id)?.title ?? id
}
