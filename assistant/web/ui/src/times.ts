// Moments as people read them: today by the clock, this year by day, otherwise in full.
//
// All of them on the house's clock, whatever the computer before which one sits is set to: the server counts its days, writes its
// files and greets callers by it, and two people who look at the same call must read the same time.
import { language } from './i18n'

/** China has one clock and no summer time. */
const HOUSE_ZONE = '+08:00'
const AHEAD_OF_UTC_MS = 8 * 3600 * 1000

/** How a picker is to give what was chosen, for `houseMoment`. */
export const LOCAL = 'YYYY-MM-DDTHH:mm:ss'

/** 2026-11-23T00:58:11, as the house's clock shows this moment. */
export function houseTime(moment: Date): string {
  return new Date(moment.getTime() + AHEAD_OF_UTC_MS).toISOString().slice(0, 19)
}

/** 2026-11-23 */
export function houseDay(moment: Date): string {
  return houseTime(moment).slice(0, 10)
}

/** 00:58:11 */
export function houseClock(moment: Date): string {
  return houseTime(moment).slice(11)
}

/** The moment at which the house's clock shows 2026-11-23T00:58 (seconds or none); an invalid date if that is no time. */
export function houseMoment(local: string): Date {
  return new Date(`${local}${HOUSE_ZONE}`)
}

export function shortMoment(iso: string | null, now: Date = new Date()): string {
  if (iso === null) return '—'
  const [day = '', clock = ''] = houseTime(new Date(iso)).slice(0, 16).split('T')
  const today = houseDay(now)
  if (day === today) return clock
  return `${day.slice(0, 4) === today.slice(0, 4) ? day.slice(5) : day} ${clock}`
}

export function fullMoment(iso: string | null): string {
  if (iso === null) return '—'
  return houseTime(new Date(iso)).replace('T', ' ')
}

/** 3 小时 20 分, 12 分, 40 秒 */
export function spell(seconds: number): string {
  const whole = Math.round(Math.abs(seconds))
  const zh = language.value === 'zh'
  if (whole < 60) return `${whole} ${zh ? '秒' : 's'}`
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return `${minutes} ${zh ? '分钟' : 'min'}`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return `${hours} ${zh ? '小时' : 'h'}`
  return `${Math.floor(hours / 24)} ${zh ? '天' : 'd'}`
}
