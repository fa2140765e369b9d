// One versioned document being edited: loaded, changed here, saved as a new version. Somebody who was faster is not overwritten.
import { onMounted, ref, shallowRef } from 'vue'
import { ApiError } from '../api'
import { documentOf, saveDocument } from '../book'
import { bt } from './words'

export function useDocument<Body>(kind: string, taken: (body: Body) => void) {
  const version = ref(0)
  const by = shallowRef<string | null>(null)
  const fault = ref('')
  const saved = ref('')
  const ready = ref(false)

  onMounted(load)

  async function load(): Promise<void> {
    try {
      const kept = await documentOf<Body>(kind, 'default')
      version.value = kept.version
      by.value = kept.by
      taken(kept.body)
      ready.value = true
      fault.value = ''
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      fault.value = error.detail || bt('away')
    }
  }

  async function save(body: Body): Promise<void> {
    saved.value = ''
    try {
      const kept = await saveDocument(kind, 'default', version.value, body, '')
      version.value = kept.version
      fault.value = ''
      saved.value = bt('saved', { n: kept.version })
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      fault.value = error.detail || bt('away')
    }
  }

  return { version, by, fault, saved, ready, save }
}
