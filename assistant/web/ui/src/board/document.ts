// One versioned document being edited: loaded, changed here, saved as a new version. Somebody who was faster is not overwritten unseen.
import { computed, onMounted, ref, shallowRef } from 'vue'
import { ApiError } from '../api'
import { documentOf, saveDocument, type Versioned } from '../book'
import { holdsUnsaved } from './unsaved'
import { bt } from './words'

/** `taken` puts a body before the person, `written` gives what it has become. */
export function useDocument<Body extends object>(kind: string, taken: (body: Body) => void, written: () => Body) {
  const version = ref(0)
  const by = shallowRef<string | null>(null)
  const fault = ref('')
  const saved = ref('')
  const ready = ref(false)
  const kept = ref('')
  /** What somebody saved while this was being changed. */
  const newer = shallowRef<Versioned<Body> | null>(null)
  const diff = computed(() => (newer.value === null ? '' : between(newer.value.body, written())))

  onMounted(() => tryTo(async () => take(await documentOf<Body>(kind, 'default'))))
  holdsUnsaved(() => ready.value && JSON.stringify(written()) !== kept.value)

  function take(document: Versioned<Body>): void {
    version.value = document.version
    by.value = document.by
    taken(document.body)
    kept.value = JSON.stringify(written())
    newer.value = null
    ready.value = true
  }

  async function tryTo(what: () => Promise<void>): Promise<void> {
    try {
      await what()
      fault.value = ''
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      if (error.status === 409) await tryTo(async () => void (newer.value = await documentOf<Body>(kind, 'default')))
      else fault.value = error.detail || bt('away')
    }
  }

  function save(): Promise<void> {
    const body = written()
    // What is written may be the live rows: they count as they stand now, not as they stand when the answer comes.
    const sent = JSON.stringify(body)
    saved.value = ''
    return tryTo(async () => {
      version.value = (await saveDocument(kind, 'default', version.value, body, '')).version
      kept.value = sent
      newer.value = null
      saved.value = bt('saved', { n: version.value })
    })
  }

  function takeTheirs(): void {
    if (newer.value !== null) take(newer.value)
  }

  function saveMine(): Promise<void> {
    version.value = newer.value?.version ?? version.value
    return save()
  }

  return { version, by, fault, saved, ready, save, newer, diff, takeTheirs, saveMine }
}

/** Rows that only one of them has: theirs with a minus, mine with a plus. */
function between(theirs: object, mine: object): string {
  const [before, after] = [rowsOf(theirs, mine), rowsOf(mine, mine)]
  const gone = before.filter((row) => !after.includes(row)).map((row) => `- ${row}`)
  return [...gone, ...after.filter((row) => !before.includes(row)).map((row) => `+ ${row}`)].join('\n')
}

/** Each row as one line, of the parts that are edited. */
function rowsOf(body: object, edited: object): string[] {
  const parts = Object.entries(body).filter(([name]) => name in edited) as [string, object][]
  return parts.flatMap(([, part]) =>
    Array.isArray(part) ? part.map((row: object) => Object.values(row).flat().join(' · ')) : Object.entries(part).map((pair) => pair.join(' · ')),
  )
}
