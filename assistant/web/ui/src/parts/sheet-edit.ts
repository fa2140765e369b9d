// What somebody wrote into a record sheet against the one they saw, and what stays of it when the sheet has moved on. Pure.
import type { Sheet, SheetEdit, SheetField } from '../book'

export const FIELDS: SheetField[] = [
  'caller_name', 'gender', 'region', 'organisation', 'recorder', 'purpose', 'result', 'notes', 'complaint', 'customer',
]

/** Only what was changed: as the fields stood before, and as they stand now. */
export interface Edit {
  base: SheetEdit
  written: SheetEdit
}

export interface CarriedOver {
  form: SheetEdit
  /** What both changed, each in another way: the form has the own words, the sheet theirs. */
  both: SheetField[]
}

export function editOf(seen: SheetEdit, form: SheetEdit): Edit {
  const changed = FIELDS.filter((name) => (form[name] ?? '') !== (seen[name] ?? ''))
  const of = (from: SheetEdit) => Object.fromEntries(changed.map((name) => [name, from[name] ?? '']))
  return { base: of(seen), written: of(form) }
}

/** The own edit on the sheet as it is now: a field nobody else touched stays as written, any other is as the sheet has it. */
export function carryOver(edit: Edit, now: Sheet): CarriedOver {
  const form = Object.fromEntries(FIELDS.map((name) => [name, now[name]])) as SheetEdit
  const both: SheetField[] = []
  for (const name of FIELDS) {
    const mine = edit.written[name]
    if (mine === undefined || mine.trim() === now[name].trim()) continue
    form[name] = mine
    if ((edit.base[name] ?? '').trim() !== now[name].trim()) both.push(name)
  }
  return { form, both }
}
