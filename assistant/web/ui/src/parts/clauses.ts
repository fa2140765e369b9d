// Chinese is read by clause: lines break after punctuation where they can, not in the middle of a word. Half-width
// punctuation of the scripts is drawn at full width; the text itself stays as the script has it.

export interface Clause {
  words: string
  /** Half-width punctuation that ends the clause. */
  end: string
}

const AFTER_PUNCTUATION = /(?<=[,，。!！?？;；:：、…][」』”’)）]*)(?![,，。!！?？;；:：、…」』”’)）])/u
const CHINESE_THEN_HALF_WIDTH = /^(|.*[\u3400-\u9fff」』”’）])([,!?;:]+)$/su

export function inClauses(text: string): Clause[] {
  return text.split(AFTER_PUNCTUATION).map((clause) => {
    const [, words, end] = CHINESE_THEN_HALF_WIDTH.exec(clause) ?? []
    return words === undefined || end === undefined ? { words: clause, end: '' } : { words, end }
  })
}
