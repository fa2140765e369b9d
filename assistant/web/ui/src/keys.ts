// Keyboard shortcuts of this page only. They never fire while somebody types, composes Chinese, or holds a key down.
import { onBeforeUnmount, onMounted } from 'vue'

export type Shortcuts = Record<string, () => void>

/** What a Chinese input method makes of a key counts as the key. */
const SAME_KEY: Record<string, string> = { '、': '/', '？': '?', ArrowRight: 'n', Spacebar: ' ' }

export function useShortcuts(shortcuts: () => Shortcuts): void {
  function onKeyDown(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.repeat || event.isComposing) return
    if (event.ctrlKey || event.metaKey || document.querySelector('dialog[open]') !== null) return
    if (isTyping(event.target) && !event.altKey) return
    if (isPress(event.key) && isButton(event.target)) return
    const act = shortcuts()[keyOf(event)]
    if (act === undefined) return
    event.preventDefault()
    act()
  }
  onMounted(() => window.addEventListener('keydown', onKeyDown))
  onBeforeUnmount(() => window.removeEventListener('keydown', onKeyDown))
}

/** The name a shortcut is kept under: `n`, `escape`, `/`, `alt+1`. With Alt the key's place counts: some systems write ¡ for Alt+1. */
export function keyOf(event: KeyboardEvent): string {
  if (event.altKey) return `alt+${event.code.replace(/^(Digit|Key|Numpad)/, '').toLowerCase()}`
  return SAME_KEY[event.key] ?? event.key.toLowerCase()
}

/** As a person reads it on the page: `alt+1` → `Alt+1`, ` ` → 空格. */
export function keyShown(key: string, space: string): string {
  if (key === ' ') return space
  if (key === 'escape') return 'Esc'
  if (key.startsWith('alt+')) return `Alt+${key.slice(4).toUpperCase()}`
  return key.length === 1 ? key.toUpperCase() : key.charAt(0).toUpperCase() + key.slice(1)
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null
}

function isPress(key: string): boolean {
  return key === ' ' || key === 'Enter'
}

/** A focused button is pressed by space and Enter; the page's own meaning of them stands back. */
function isButton(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('button, a, summary, [role=radio]') !== null
}
