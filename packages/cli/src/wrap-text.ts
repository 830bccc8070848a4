/** Cuts text between words into lines of at most `width` columns that begin with `first` and `rest` blanks. */
export function wrapText(
  text: string,
  o: { width: number; first: number; rest: number },
): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = `${line} ${word}`
    const indent = lines.length === 0 ? o.first : o.rest
    if (line === '') line = ' '.repeat(indent) + word
    else if (longer.length <= o.width) line = longer
    else {
      lines.push(line)
      line = ' '.repeat(o.rest) + word
    }
  }
  return [...lines, line]
}
