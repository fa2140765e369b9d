// Our own small dictionary: Chinese first, English by switch.
import { computed, ref } from 'vue'
import { en } from './words/en'
import { zh, type Word } from './words/zh'

export type Language = 'zh' | 'en'

const KEY = 'hotline.language'

export const language = ref<Language>(localStorage.getItem(KEY) === 'en' ? 'en' : 'zh')
const words = computed<Record<Word, string>>(() => (language.value === 'en' ? en : zh))

export function t(word: Word, values: Record<string, string | number> = {}): string {
  return filled(words.value[word], values)
}

/** Of words that are kept in both languages. */
export function told([zh, en]: readonly [zh: string, en: string], values: Record<string, string | number> = {}): string {
  return filled(language.value === 'en' ? en : zh, values)
}

function filled(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
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
