// Chinese is read by clause: lines break after punctuation where they can, not in the middle of a word.
const AFTER_PUNCTUATION = /(?<=[,，。!！?？;；:：、…][」』”’)）]*)(?![,，。!！?？;；:：、…」』”’)）])/u

export function inClauses(text: string): string[] {
  return text.split(AFTER_PUNCTUATION)
}
