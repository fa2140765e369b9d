// Our own small dictionary: Chinese first, English by switch. What the server says is told in English where it is known.
import { computed, ref } from 'vue'
import { en } from './words/en'
import { SAID } from './words/said'
import { zh, type Word } from './words/zh'

export type Language = 'zh' | 'en'

const KEY = 'hotline.language'

export const language = ref<Language>(localStorage.getItem(KEY) === 'en' ? 'en' : 'zh')
const words = computed<Record<Word, string>>(() => (language.value === 'en' ? en : zh))

export function t(word: Word, values: Record<string, string | number> = {}): string {
  return words.value[word].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}

/** What the server said, in the language of the page where that is known. */
export function heard(said: string): string {
  return language.value === 'en' ? inEnglish(said) : said
}

function inEnglish(said: string): string {
  for (const [zh, english] of SAID) {
    const parts = zh.split('{}')
    const found = matched(said, parts)
    if (found !== null) return found.reduce((text, value) => text.replace('{}', () => value), english)
  }
  return said
}

/** What stands between the parts; null where the sentence is another. */
function matched(said: string, parts: string[]): string[] | null {
  const [first = '', ...rest] = parts
  if (!said.startsWith(first)) return null
  const values: string[] = []
  let at = first.length
  for (const [index, part] of rest.entries()) {
    const last = index === rest.length - 1
    const next = last ? said.length - part.length : said.indexOf(part, at)
    if (next < at || !said.startsWith(part, next)) return null
    values.push(said.slice(at, next))
    at = next + part.length
  }
  return at === said.length ? values : null
}

export function setLanguage(next: Language): void {
  language.value = next
  localStorage.setItem(KEY, next)
  markLanguage()
}

export function markLanguage(): void {
  document.documentElement.lang = language.value === 'en' ? 'en' : 'zh-CN'
}

export type { Word }
