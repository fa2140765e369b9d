// Plain HTTP: who am I, log in, log out, and the records. What happens now goes through the websocket.
import { heard } from './heard'

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

/** The provider sent the browser back: `ok`, why nobody is signed in, or how signing out there went. The address is cleaned, so that a reload asks nothing again. */
export function signInResult(): string | null {
  const result = new URLSearchParams(location.search).get('sign_in')
  if (result !== null) history.replaceState(null, '', location.pathname)
  if (result === 'ok') localStorage.setItem(SIGNED_IN_KEY, 'yes')
  return result
}

/** What the button of the company's own sign-in says; null: there is none. */
export async function companySignIn(): Promise<string | null> {
  try {
    return (await getJson<{ oidc: string | null }>('/api/sign-in')).oidc
  } catch {
    return null
  }
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

/** Gives the address that signs out at the company's own sign-in too; null: there is nothing more to do. */
export async function logOut(): Promise<string | null> {
  localStorage.removeItem(SIGNED_IN_KEY)
  const answer = await fetch('/api/logout', { method: 'POST', signal: AbortSignal.timeout(PATIENCE_MS) })
  return answer.ok ? ((await answer.json()) as { go_on: string | null }).go_on : null
}

/** The server said no, or said nothing (status 0). `detail` is its own sentence, for people. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly detail: string,
  ) {
    super(`${status} ${detail}`)
  }
}

export type Query = Record<string, string | number | boolean | null | undefined>

/** Reports over long periods take their time; nobody waits longer than this. */
const ANSWER_MS = 20000

export function withQuery(path: string, query: Query): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== '')
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()
  return text === '' ? path : `${path}?${text}`
}

export function getJson<T>(path: string, query: Query = {}): Promise<T> {
  return answered<T>(withQuery(path, query), {})
}

export function sendJson<T>(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<T> {
  const sent = body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
  return answered<T>(path, { method, ...sent })
}

async function answered<T>(path: string, init: RequestInit): Promise<T> {
  let answer: Response
  try {
    answer = await fetch(path, { ...init, signal: AbortSignal.timeout(ANSWER_MS) })
  } catch {
    throw new ApiError(0, '')
  }
  const text = await answer.text()
  if (!answer.ok) throw new ApiError(answer.status, detailOf(text))
  return (text === '' ? null : JSON.parse(text)) as T
}

interface Fault {
  where: string
  what: string
}

function detailOf(text: string): string {
  try {
    const said = JSON.parse(text) as { detail?: unknown; faults?: Fault[] }
    const detail = typeof said.detail === 'string' ? heard(said.detail) : ''
    const faults = (said.faults ?? []).map((fault) => `${fault.where}: ${heard(fault.what)}`)
    return [detail, ...faults].join(' · ')
  } catch {
    return ''
  }
}
