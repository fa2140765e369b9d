// One signed-in browser: its connection and what may be asked of the server.
import type { Connection } from './connection'
import { connect } from './connection'
import { paced, type Pacer } from './pace'
import type { BrowserMessage } from './protocol'
import { apply, forgetAll } from './state'

let connection: Connection | null = null
let pacer: Pacer | null = null

export function startSession(): void {
  leave()
  pacer = paced(apply)
  connection = connect(pacer.deliver)
}

export function endSession(): void {
  leave()
  forgetAll()
}

function leave(): void {
  connection?.close()
  pacer?.stop()
  connection = null
}

let renewing = false

/** The old session may end before the new one is here: its end is no sign-out. */
export function isRenewing(): boolean {
  return renewing
}

export async function renewSession(change: () => Promise<unknown>): Promise<void> {
  renewing = true
  try {
    await change()
    startSession()
  } finally {
    renewing = false
  }
}

/** false: the server is away and nothing was sent. */
export function ask(message: BrowserMessage): boolean {
  return connection?.send(message) ?? false
}
