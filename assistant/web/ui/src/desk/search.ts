// Finds situations by pinyin initials, characters or row id, best first.
import type { SituationView } from '../protocol'

export function findSituations(all: SituationView[], query: string): SituationView[] {
  const wanted = query.trim().toLowerCase()
  if (wanted === '') return all
  return all
    .map((situation) => ({ situation, rank: rankOf(situation, wanted) }))
    .filter(({ rank }) => rank < NO_MATCH)
    .sort((a, b) => a.rank - b.rank)
    .map(({ situation }) => situation)
}

const NO_MATCH = 9

function rankOf(situation: SituationView, wanted: string): number {
  const title = situation.title.toLowerCase()
  const initials = situation.initials.toLowerCase()
  if (title.startsWith(wanted)) return 0
  if (initials.startsWith(wanted)) return 1
  if (title.includes(wanted)) return 2
  if (initials.includes(wanted)) return 3
  if (situation.sources.some((source) => source.toLowerCase().startsWith(wanted))) return 4
  if (inOrder(initials, wanted)) return 5
  return NO_MATCH
}

/** All letters in order, with others between: `wsh` finds `wsdh`. */
function inOrder(text: string, wanted: string): boolean {
  let at = 0
  for (const letter of wanted) {
    at = text.indexOf(letter, at) + 1
    if (at === 0) return false
  }
  return true
}
