// What the book keeps by id, as people call it.
import { heard } from '../heard'
import type { Query } from '../api'
import { language, type Word } from '../i18n'
import type { AgentView } from '../protocol'
import { titleOf } from '../situations'
import { agents, state } from '../state'

export function situationName(id: string): string {
  return titleOf(id)
}

export function agentName(extension: string | null): string {
  if (extension === null) return ''
  const name = agents.get(extension)?.view.name
  return name === undefined || name === extension ? extension : `${extension} ${name}`
}

export function seconds(value: number | null | undefined): string {
  return value === null || value === undefined ? '' : `${Math.round(value)} s`
}

/** A file's headings are in the language of the page it is taken from. */
export function inLanguage(): Query {
  return language.value === 'en' ? { lang: 'en' } : {}
}

/** The program closes its own alarms. */
const BY_ITSELF = 'system'

/** What a person wrote stands as it was written. */
export function wrote(by: string | null, text: string | null): string {
  return by === BY_ITSELF ? heard(text ?? '') : (text ?? '')
}

/** Supervisors and administrators change things; quality only looks. */
export function mayChange(): boolean {
  return state.hello?.role === 'supervisor' || state.hello?.role === 'admin'
}

/** Supervisors, quality and administrators have accounts too, and count while they are on a call. */
export function answersCalls(one: AgentView): boolean {
  return one.role === 'agent' || one.call_id !== null
}

/** Nobody would see what is written to a page that is not open. */
export function readsMessages(extension: string | null): boolean {
  return extension !== null && (agents.get(extension)?.view.online ?? false)
}

/** A phone in use without a call of the line is not "on a call": a receiver lies beside it, or somebody talks privately. */
export function phoneWord(agent: AgentView): Word {
  if (agent.trouble === 'off_hook') return 'phone_off_hook'
  const elsewhere = agent.call_id === null && (agent.phone === 'in_use' || agent.phone === 'busy')
  return elsewhere ? 'phone_elsewhere' : `phone_${agent.phone}`
}
