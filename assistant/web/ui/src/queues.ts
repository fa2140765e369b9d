// What people call a queue (document `queues`); without it, the name the PBX uses.
import { computed, ref } from 'vue'
import { ApiError } from './api'
import { documentOf } from './book'

const names = ref<Record<string, string>>({})

/** By what the PBX calls each, with its name. */
export const knownQueues = computed(() => Object.entries(names.value))

export function queueName(queue: string): string {
  return names.value[queue] || queue
}

export async function loadQueueNames(): Promise<void> {
  try {
    const kept = await documentOf<{ queues: { queue: string; name: string }[] }>('queues', 'default')
    names.value = Object.fromEntries(kept.body.queues.map((row) => [row.queue, row.name]))
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
  }
}
