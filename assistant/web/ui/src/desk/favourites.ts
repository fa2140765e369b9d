// An agent's favourite situations: kept on the server, so that they are there at every desk.
import { computed, ref } from 'vue'
import { ApiError } from '../api'
import { documentOf, saveDocument } from '../book'
import type { SituationView } from '../protocol'
import { everySituation } from '../situations'

/** As many as there are Alt+digit keys. */
export const MOST_FAVOURITES = 9

const version = ref(0)
const ids = ref<string[]>([])

export const favouritesOffered = ref(false)
/** A favourite keeps its key also where another one is not there. */
export interface Favourite {
  key: number
  situation: SituationView
}

const kept = computed<Favourite[]>(() =>
  ids.value
    .flatMap((id) => everySituation.value.find((one) => one.situation_id === id) ?? [])
    .slice(0, MOST_FAVOURITES)
    .map((situation, index) => ({ key: index + 1, situation })),
)

/** Those there are among `there`. */
export function favouritesAmong(there: SituationView[]): Favourite[] {
  return kept.value.flatMap(({ key, situation }) => {
    const own = there.find((one) => one.situation_id === situation.situation_id)
    return own === undefined ? [] : [{ key, situation: own }]
  })
}

export function isFavourite(id: string): boolean {
  return ids.value.includes(id)
}

export async function loadFavourites(extension: string): Promise<void> {
  try {
    const kept = await documentOf<{ situations: string[] }>('favourites', extension)
    version.value = kept.version
    ids.value = kept.body.situations
    favouritesOffered.value = true
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    favouritesOffered.value = false
  }
}

/** The list is changed at once and taken back if the server does not keep it. */
export async function toggleFavourite(extension: string, id: string): Promise<void> {
  const before = ids.value
  ids.value = before.includes(id) ? before.filter((one) => one !== id) : [...before, id].slice(-MOST_FAVOURITES)
  try {
    const kept = await saveDocument('favourites', extension, version.value, { situations: ids.value }, '')
    version.value = kept.version
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    ids.value = before
    // Another page of the same agent was faster.
    if (error.status === 409) await loadFavourites(extension)
  }
}
