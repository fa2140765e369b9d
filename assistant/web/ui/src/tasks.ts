// What is owed: sheets to fill in, calls to return, promises to keep. Asked for when something may have changed.
import { computed, ref } from 'vue'
import { ApiError } from './api'
import { findTasks, finishTask, type Task } from './book'

const LOOK_EVERY_MS = 60_000

const PAGE = 100

/** As the server sorts them: what has its hour, then one's own, then everybody's, the oldest first. */
export const tasks = ref<Task[]>([])
/** Asks for the rest; null at the end. */
export const tasksAfter = ref<string | null>(null)
export const tasksFault = ref(false)
/** Moves with each look, so that "overdue" is judged anew. */
const lookedAt = ref(Date.now())

/** Of a list that goes on, at least so many. */
export const openTasks = computed(() => `${tasks.value.length}${tasksAfter.value === null ? '' : '+'}`)
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
  tasksAfter.value = null
}

export async function lookForTasks(): Promise<void> {
  await take(async () => {
    // As many as are shown, so that nothing vanishes under who reads further down.
    const page = await findTasks({ limit: Math.min(200, Math.max(PAGE, tasks.value.length)) })
    tasks.value = page.tasks
    tasksAfter.value = page.next_cursor
  })
  lookedAt.value = Date.now()
}

export async function moreTasks(): Promise<void> {
  await take(async () => {
    const page = await findTasks({ limit: PAGE, cursor: tasksAfter.value ?? undefined })
    const known = new Set(tasks.value.map((task) => task.task_id))
    tasks.value = [...tasks.value, ...page.tasks.filter((task) => !known.has(task.task_id))]
    tasksAfter.value = page.next_cursor
  })
}

async function take(ask: () => Promise<void>): Promise<void> {
  try {
    await ask()
    tasksFault.value = false
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    tasksFault.value = true
  }
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
