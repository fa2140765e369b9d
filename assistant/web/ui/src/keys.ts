// Keyboard shortcuts of this page only. They never fire while somebody types, composes Chinese, or holds a key down.
import { onBeforeUnmount, onMounted } from 'vue'

export type Shortcuts = Record<string, () => void>

/** Keys by `KeyboardEvent.key`, letters in lower case. What a Chinese input method makes of a key counts as the key. */
const SAME_KEY: Record<string, string> = { '、': '/', '？': '?', ArrowRight: 'n', Spacebar: ' ' }

export function useShortcuts(shortcuts: () => Shortcuts): void {
  function onKeyDown(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.repeat || event.isComposing) return
    if (event.ctrlKey || event.altKey || event.metaKey) return
    if (isTyping(event.target) || document.querySelector('dialog[open]') !== null) return
    if (isPress(event.key) && isButton(event.target)) return
    const act = shortcuts()[SAME_KEY[event.key] ?? event.key.toLowerCase()]
    if (act === undefined) return
    event.preventDefault()
    act()
  }
  onMounted(() => window.addEventListener('keydown', onKeyDown))
  onBeforeUnmount(() => window.removeEventListener('keydown', onKeyDown))
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null
}

function isPress(key: string): boolean {
  return key === ' ' || key === 'Enter'
}

/** A focused button is pressed by space and Enter; the page's own meaning of them stands back. */
function isButton(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('button, a, summary') !== null
}
