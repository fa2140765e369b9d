// Where on the board we are: `/board/<section>/<id>?filters`. The address alone brings a colleague to the same place.
import { computed, ref } from 'vue'
import { withQuery, type Query } from '../api'
import { isUnsaved, unlessUnsaved } from './unsaved'

export const SECTIONS = ['live', 'calls', 'tasks', 'escalations', 'reports', 'scripts', 'tables', 'duty', 'users', 'wall'] as const
export type Section = (typeof SECTIONS)[number]

const address = ref(location.pathname + location.search)

window.addEventListener('popstate', () => {
  const wanted = location.pathname + location.search
  if (isUnsaved()) {
    // The browser has gone back already; the page has not, until it is said that it may.
    history.pushState(null, '', address.value)
    unlessUnsaved(() => show(wanted))
  } else address.value = wanted
})

const parts = computed(() => new URL(address.value, location.origin))
const path = computed(() => parts.value.pathname.split('/').slice(2))

export const section = computed<Section>(() => SECTIONS.find((one) => one === path.value[0]) ?? 'live')
export const detail = computed<string | null>(() => (path.value[1] ? decodeURIComponent(path.value[1]) : null))
export const query = computed<Record<string, string>>(() => Object.fromEntries(parts.value.searchParams))

export function addressOf(to: Section, id: string | null = null, filters: Query = {}): string {
  const tail = id === null ? '' : `/${encodeURIComponent(id)}`
  return withQuery(to === 'live' ? '/board' : `/board/${to}${tail}`, filters)
}

export function goTo(to: Section, id: string | null = null, filters: Query = {}): void {
  unlessUnsaved(() => show(addressOf(to, id, filters)))
}

function show(wanted: string): void {
  history.pushState(null, '', wanted)
  address.value = location.pathname + location.search
  window.scrollTo(0, 0)
}

/** A plain click stays on the page; with a key held the browser opens what it likes. */
export function followed(event: MouseEvent, go: () => void): void {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return
  event.preventDefault()
  go()
}
