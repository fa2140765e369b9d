// One's own account: the password, and where one is signed in.
import { getJson, sendJson } from './api'

export interface SessionRow {
  session_id: string
  extension: string
  name: string
  created_at: string
  expires_at: string
  address: string | null
  current: boolean
}

/** Mine; an administrator sees everybody's. */
export const sessions = (): Promise<SessionRow[]> => getJson('/api/sessions')
export const revoke = (session: string): Promise<null> => sendJson('DELETE', `/api/sessions/${encodeURIComponent(session)}`)

/** Ends every session of mine; this browser gets a new one with the answer. */
export const changeOwnPassword = (old: string, fresh: string): Promise<unknown> =>
  sendJson('POST', '/api/me/password', { old, new: fresh })
