// A question of the board's, which has its own words for a server that says nothing.
import { useAsking as ask, type Asking } from '../asking'
import { bt } from './words'

export function useAsking<T>(): Asking<T> {
  return ask<T>(() => bt('away'))
}
