// What the book keeps by id, as people call it.
import { agents, state } from '../state'

export function situationName(id: string): string {
  return state.situations.find((one) => one.situation_id === id)?.title ?? id
}

export function agentName(extension: string | null): string {
  if (extension === null) return ''
  const name = agents.get(extension)?.view.name
  return name === undefined || name === extension ? extension : `${extension} ${name}`
}

export function seconds(value: number | null | undefined): string {
  return value === null || value === undefined ? '' : `${Math.round(value)} s`
}

/** Supervisors and administrators change things; quality only looks. */
export function mayChange(): boolean {
  return state.hello?.role === 'supervisor' || state.hello?.role === 'admin'
}
