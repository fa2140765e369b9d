// What is owed: sheets to fill in, calls to return, promises to keep. Asked for when something may have changed.
import { computed, ref } from 'vue'
import { ApiError } from './api'
import { finishTask, openTasks, type Task } from './book'

const LOOK_EVERY_MS = 60_000

export const tasks = ref<Task[]>([])
export const tasksFault = ref(false)
/** Moves with each look, so that "overdue" is judged anew. */
const lookedAt = ref(Date.now())

export const sortedTasks = computed(() => [...tasks.value].sort((a, b) => dueOrder(a) - dueOrder(b)))
export const overdueTasks = computed(() => tasks.value.filter(isOverdue).length)

let timer: number | undefined

export function isOverdue(task: Task): boolean {
  return task.due_at !== null && Date.parse(task.due_at) < lookedAt.value
}

export function secondsLeft(task: Task): number | null {
  return task.due_at === null ? null : (Date.parse(task.due_at) - lookedAt.value) / 1000
}

export function watchTasks(): void {
  window.clearInterval(timer)
  timer = window.setInterval(() => void lookForTasks(), LOOK_EVERY_MS)
  void lookForTasks()
}

export function forgetTasks(): void {
  window.clearInterval(timer)
  tasks.value = []
}

export async function lookForTasks(): Promise<void> {
  try {
    tasks.value = await openTasks()
    tasksFault.value = false
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    tasksFault.value = true
  }
  lookedAt.value = Date.now()
}

/** null when it is done; otherwise why not. */
export async function settle(task: Task): Promise<string | null> {
  try {
    await finishTask(task.task_id)
  } catch (error) {
    if (error instanceof ApiError) return error.detail
    throw error
  }
  await lookForTasks()
  return null
}

function dueOrder(task: Task): number {
  return Date.parse(task.due_at ?? task.created_at) + (task.due_at === null ? 1e13 : 0)
}
