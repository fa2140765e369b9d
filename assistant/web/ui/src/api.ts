// The few plain HTTP requests: who am I, log in, log out. Everything else goes through the websocket.

export interface Session {
  role: string
  extension: string
  name: string
}

export type LoginResult = 'ok' | 'wrong' | 'too_many' | 'unreachable'

const PATIENCE_MS = 5000
/** The cookie itself is not for scripts to see; this spares a newcomer a question whose answer is known. */
const SIGNED_IN_KEY = 'hotline.signed_in'

export function mayBeSignedIn(): boolean {
  return localStorage.getItem(SIGNED_IN_KEY) === 'yes'
}

/** null: not signed in. Throws when the server does not answer. */
export async function whoAmI(): Promise<Session | null> {
  const answer = await fetch('/api/me', { signal: AbortSignal.timeout(PATIENCE_MS) })
  if (answer.status === 401 || answer.status === 403) {
    localStorage.removeItem(SIGNED_IN_KEY)
    return null
  }
  if (!answer.ok) throw new Error(`/api/me answered ${answer.status}`)
  return (await answer.json()) as Session
}

export async function logIn(extension: string, password: string): Promise<LoginResult> {
  try {
    const answer = await fetch('/api/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ extension, password }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    })
    if (answer.ok) {
      localStorage.setItem(SIGNED_IN_KEY, 'yes')
      return 'ok'
    }
    if (answer.status === 429) return 'too_many'
    return answer.status < 500 ? 'wrong' : 'unreachable'
  } catch {
    return 'unreachable'
  }
}

export async function logOut(): Promise<void> {
  localStorage.removeItem(SIGNED_IN_KEY)
  await fetch('/api/logout', { method: 'POST', signal: AbortSignal.timeout(PATIENCE_MS) })
}
