// A list that is read page by page; the last page says that there is no more.
import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import type { Asking } from '../asking'
import { useAsking } from './asking'

interface Page {
  next_cursor: string | null
}

export interface Pages<Row> extends Pick<Asking<unknown>, 'busy' | 'fault'> {
  rows: ShallowRef<Row[]>
  cursor: Ref<string | null>
  /** From the beginning (null), or what comes after. */
  show: (after: string | null) => Promise<void>
}

export function usePages<P extends Page, Row>(find: (after: string | null) => Promise<P>, rowsOf: (page: P) => Row[]): Pages<Row> {
  const { answer, busy, fault, ask } = useAsking<P>()
  const rows: ShallowRef<Row[]> = shallowRef([])
  const cursor = ref<string | null>(null)

  async function show(after: string | null): Promise<void> {
    if (!(await ask(() => find(after))) || answer.value === null) return
    const found = rowsOf(answer.value)
    rows.value = after === null ? found : [...rows.value, ...found]
    cursor.value = answer.value.next_cursor
  }

  return { rows, cursor, busy, fault, show }
}
