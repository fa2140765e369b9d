// Which key does what on the desk. The house may change the keys (document `hotkeys`); what it leaves out keeps its own.
import { computed, ref } from 'vue'
import { ApiError } from '../api'
import { documentOf } from '../book'
import type { Word } from '../i18n'

export const ACTIONS = [
  'said', 'next', 'dismiss', 'understood', 'consented', 'hang_up', 'escalate', 'search', 'pick_up', 'verbatim',
  'note', 'tasks', 'earlier', 'crm', 'density', 'help',
] as const
export type HotkeyAction = (typeof ACTIONS)[number]

export const SHIPPED: Record<HotkeyAction, string> = {
  said: ' ', next: 'n', dismiss: 'escape', understood: 'u', consented: 'y', hang_up: 'h', escalate: 'e', search: '/',
  pick_up: 'p', verbatim: 'v', note: 'm', tasks: 't', earlier: 'l', crm: 'c', density: 'd', help: '?',
}

export const ACTION_WORDS: Record<HotkeyAction, Word> = {
  said: 'keySaid', next: 'keyNext', dismiss: 'keyDismiss', understood: 'keyUnderstood', consented: 'keyConsented',
  hang_up: 'keyHangUp', escalate: 'keyEscalate', search: 'keySearch', pick_up: 'keyPickUp', verbatim: 'keyVerbatim',
  note: 'keyNote', tasks: 'keyTasks', earlier: 'keyEarlier', crm: 'crmOpen', density: 'keyDensity', help: 'keyHelp',
}

const chosen = ref<Partial<Record<HotkeyAction, string>>>({})

export const hotkeys = computed<Record<HotkeyAction, string>>(() => ({ ...SHIPPED, ...chosen.value }))

export async function loadHotkeys(): Promise<void> {
  try {
    const kept = await documentOf<{ keys: Record<string, string> }>('hotkeys', 'default')
    chosen.value = Object.fromEntries(
      Object.entries(kept.body.keys)
        .filter(([action, key]) => (ACTIONS as readonly string[]).includes(action) && key !== '')
        .map(([action, key]) => [action, key.toLowerCase() === 'space' ? ' ' : key.toLowerCase()]),
    )
  } catch (error) {
    // Without the document the shipped keys hold; the desk must not wait for the records.
    if (!(error instanceof ApiError)) throw error
  }
}
