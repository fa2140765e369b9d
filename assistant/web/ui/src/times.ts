// Moments as people read them: today by the clock, this year by day, otherwise in full.
import { language } from './i18n'

export function shortMoment(iso: string | null, now: Date = new Date()): string {
  if (iso === null) return '—'
  const moment = new Date(iso)
  const clock = moment.toLocaleTimeString('zh-CN', { hour12: false, hour: '2-digit', minute: '2-digit' })
  if (moment.toDateString() === now.toDateString()) return clock
  const day = `${two(moment.getMonth() + 1)}-${two(moment.getDate())}`
  return moment.getFullYear() === now.getFullYear() ? `${day} ${clock}` : `${moment.getFullYear()}-${day} ${clock}`
}

export function fullMoment(iso: string | null): string {
  if (iso === null) return '—'
  const moment = new Date(iso)
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())} ${moment.toLocaleTimeString('zh-CN', { hour12: false })}`
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

function two(number: number): string {
  return String(number).padStart(2, '0')
}
