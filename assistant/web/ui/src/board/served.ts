// What this server can do: a page for which it has no route is not offered.
import { ref } from 'vue'
import { ApiError, getJson } from '../api'

const paths = ref<Set<string>>(new Set())

export function serves(path: string): boolean {
  return paths.value.has(path)
}

export async function learnWhatIsServed(): Promise<void> {
  try {
    const schema = await getJson<{ paths: Record<string, object> }>('/api/openapi.json')
    paths.value = new Set(Object.keys(schema.paths))
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
  }
}
