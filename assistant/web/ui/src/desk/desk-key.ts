import { inject, type InjectionKey } from 'vue'
import type { Desk } from './desk'

export const deskKey: InjectionKey<Desk> = Symbol('desk')

export function theDesk(): Desk {
  const desk = inject(deskKey)
  if (desk === undefined) throw new Error('a part of the desk stands outside the desk')
  return desk
}
