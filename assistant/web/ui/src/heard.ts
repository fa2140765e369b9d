// What the server says is Chinese. A page that is read in English tells it in English, as far as it is known; words of a call, which
// stand between quotation marks, stay as they were said.
import { shallowRef, watch } from 'vue'
import { language } from './i18n'

type Known = [zh: string, english: string][]

const VALUE = /\{=?\}/g
const CHINESE = /[\u4e00-\u9fff]/
const QUOTES: Record<string, string> = { '「': '」', '“': '”' }

/** Only who reads English loads it. */
const known = shallowRef<Known>([])

watch(
  language,
  async (now) => {
    if (now === 'en' && known.value.length === 0) known.value = (await import('./words/said')).SAID
  },
  { immediate: true },
)

/** Lists are drawn again and again. */
const MOST_KEPT = 2000
const kept = new Map<string, string>()

/** What the server said, in the language of the page. */
export function heard(said: string): string {
  if (language.value !== 'en' || known.value.length === 0 || !CHINESE.test(said)) return said
  const before = kept.get(said)
  if (before !== undefined) return before
  if (kept.size >= MOST_KEPT) kept.clear()
  const english = inEnglish(said, known.value)
  kept.set(said, english)
  return english
}

function inEnglish(said: string, all: Known): string {
  return told(said, all) ?? said
}

/** null where nothing of it is known. */
function told(said: string, all: Known): string | null {
  return every(said, ';', '; ', all) ?? sentence(said, all) ?? measured(said, all) ?? placed(said, all) ?? every(said, ',', ', ', all) ?? every(said, '、', ', ', all)
}

function sentence(said: string, all: Known): string | null {
  for (const [zh, english] of all) {
    const parts = zh.split(VALUE)
    const found = matched(said, parts)
    if (found === null) continue
    const values = found.map((value, index) => (isVerbatim(zh, parts, index) ? value : inEnglish(value, all)))
    return english.split('{}').reduce((text, part, index) => text + (values[index - 1] ?? '') + part)
  }
  return null
}

function isVerbatim(zh: string, parts: string[], index: number): boolean {
  const before = parts[index] ?? ''
  return before.slice(-1) in QUOTES || (zh.match(VALUE) ?? [])[index] === '{=}'
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

/** Numbers stand in brackets behind what they decided. */
function measured(said: string, all: Known): string | null {
  const found = /^(.+)\((.+)\)$/.exec(said)
  if (found === null) return null
  const [, what = '', by = ''] = found
  const english = told(what, all)
  return english === null ? null : `${english} (${inEnglish(by, all)})`
}

/** A mistake stands behind its place in a file. */
function placed(said: string, all: Known): string | null {
  const found = /^([^\u4e00-\u9fff]+: )(.+)$/.exec(said)
  if (found === null) return null
  const [, place = '', what = ''] = found
  const english = told(what, all)
  return english === null ? null : place + english
}

/** One thing after the other, each of them known or none to translate. */
function every(said: string, between: string, shown: string, all: Known): string | null {
  const parts = split(said, between)
  if (parts.length === 1) return null
  const english = parts.map((part) => (CHINESE.test(part) ? told(part, all) : part))
  return english.includes(null) ? null : english.join(shown)
}

function split(said: string, between: string): string[] {
  const parts = ['']
  let open = ''
  for (const letter of said) {
    if (letter === between && open === '') {
      parts.push('')
      continue
    }
    if (open === '') open = QUOTES[letter] ?? ''
    else if (letter === open) open = ''
    parts[parts.length - 1] += letter
  }
  return parts
}
