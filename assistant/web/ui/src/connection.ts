// The websocket: connects, delivers messages in order, reconnects with back-off. It must not know what a message means.
import { computed, ref } from 'vue'
import { whoAmI } from './api'
import { freezeClock, runClock } from './clock'
import type { BrowserMessage, ServerMessage } from './protocol'

export type ConnectionState = 'connecting' | 'live' | 'lost' | 'signed_out'

const FIRST_WAIT_MS = 400
const LONGEST_WAIT_MS = 8000
const RESTART_WAIT_MS = 250
/** What the server's close codes mean to us (`CloseCode` in assistant/web/outbox.py). */
const SERVICE_RESTART = 1012
const SIGNED_OUT = 4001
const TOO_MANY_PAGES = 4002
/** A pulled cable closes no socket, but the server is never silent for long (`Beat`). */
const LONGEST_SILENCE_MS = 25000
const LOOK_EVERY_MS = 2500

export const connectionState = ref<ConnectionState>('connecting')
/** Whether what is asked now reaches the server. */
export const isLive = computed(() => connectionState.value === 'live')
export const lostSince = ref<Date | null>(null)
export const attempt = ref(0)
export const tooManyPages = ref(false)

export interface Connection {
  send(message: BrowserMessage): boolean
  close(): void
}

export function connect(deliver: (message: ServerMessage) => void): Connection {
  let socket: WebSocket | null = null
  let retry: number | undefined
  let closed = false
  let heardAt = performance.now()

  function open(): void {
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
    socket = new WebSocket(`${scheme}://${location.host}/ws`)
    heardAt = performance.now()
    socket.onmessage = (event: MessageEvent<string>) => {
      heardAt = performance.now()
      if (connectionState.value !== 'live') live()
      deliver(JSON.parse(event.data) as ServerMessage)
    }
    socket.onclose = (event) => lost(event.code)
  }

  function live(): void {
    connectionState.value = 'live'
    lostSince.value = null
    attempt.value = 0
    tooManyPages.value = false
    runClock()
  }

  function lost(code: number): void {
    socket = null
    if (closed) return
    if (connectionState.value === 'live') {
      lostSince.value = new Date()
      freezeClock()
    }
    if (code === SIGNED_OUT) {
      connectionState.value = 'signed_out'
      return
    }
    connectionState.value = 'lost'
    tooManyPages.value = code === TOO_MANY_PAGES
    const wait = code === SERVICE_RESTART ? RESTART_WAIT_MS : backOff(attempt.value)
    attempt.value += 1
    retry = window.setTimeout(() => void again(), wait)
  }

  async function again(): Promise<void> {
    try {
      if ((await whoAmI()) === null) {
        connectionState.value = 'signed_out'
        return
      }
    } catch {
      if (!closed) lost(0)
      return
    }
    if (!closed) open()
  }

  const watch = window.setInterval(() => {
    if (performance.now() - heardAt > LONGEST_SILENCE_MS) drop()
  }, LOOK_EVERY_MS)

  /** Ends a socket that may be dead; its own close event could take minutes to come. */
  function drop(): void {
    if (socket === null) return
    socket.onclose = null
    socket.onmessage = null
    socket.close()
    lost(0)
  }

  connectionState.value = 'connecting'
  window.addEventListener('offline', drop)
  open()

  return {
    send(message) {
      if (socket?.readyState !== WebSocket.OPEN || connectionState.value !== 'live') return false
      socket.send(JSON.stringify(message))
      return true
    },
    close() {
      closed = true
      window.clearTimeout(retry)
      window.clearInterval(watch)
      window.removeEventListener('offline', drop)
      socket?.close()
    },
  }
}

/** Doubles, with jitter, so that a room full of pages does not knock all at once. */
function backOff(attempts: number): number {
  const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(attempts, 10))
  return wait * (0.6 + Math.random() * 0.4)
}
