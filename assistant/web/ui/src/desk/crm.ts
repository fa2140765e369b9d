// The company's own customer system: the caller's page there, in one window of its own beside the desk.
import { computed, watch } from 'vue'
import { t } from '../i18n'
import type { CallView } from '../protocol'
import { refuseHere, state } from '../state'

/** Every call opens in the same window. */
const WINDOW = 'hotline-crm'
/** The call shown last, so that neither a reload nor a second page of the same agent opens it again. */
const SHOWN_KEY = 'hotline.crm.shown'

/** The window keeps its opener: a browser lets nobody else lead it to the next caller. The system is the company's own. */
export function openCrm(url: string): void {
  if (window.open(url, WINDOW) === null) refuseHere('crm', t('crmBlocked'))
}

/** Opens the caller's page by itself on answer, where the house wants that. */
export function useCrm(answered: () => CallView | null): void {
  const due = computed(() => {
    const call = answered()
    return state.hello?.crm === 'window' && call?.crm_url ? { id: `${call.call_id}/${call.agent}`, url: call.crm_url } : null
  })
  watch(
    () => due.value?.id,
    () => {
      if (due.value === null || localStorage.getItem(SHOWN_KEY) === due.value.id) return
      localStorage.setItem(SHOWN_KEY, due.value.id)
      openCrm(due.value.url)
    },
    { immediate: true },
  )
}
