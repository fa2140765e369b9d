// Cuts a line of text into marked and unmarked pieces, so that marking needs no markup.

export interface Piece {
  text: string
  marked: boolean
}

export function inPieces(text: string, marks: string[]): Piece[] {
  const wanted = marks.filter((mark) => mark !== '').sort((a, b) => b.length - a.length)
  const pieces: Piece[] = []
  let plain = ''
  let at = 0
  while (at < text.length) {
    const hit = wanted.find((mark) => text.startsWith(mark, at))
    if (hit === undefined) {
      plain += text[at]
      at += 1
      continue
    }
    if (plain !== '') pieces.push({ text: plain, marked: false })
    plain = ''
    pieces.push({ text: hit, marked: true })
    at += hit.length
  }
  if (plain !== '') pieces.push({ text: plain, marked: false })
  return pieces
}
