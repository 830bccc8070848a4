/**
 * A phrase as people write it: `pode [deixar] (entrar|subir)`. Words stand for themselves, `(a|b c)` is a
 * choice, `[a|b]` one that may be absent. `~` is a known person or thing ("ele", "o rapaz do gás"), `#` the
 * same or a name after a title ("o Carlos"), `@` the same or a bare name ("deixa Carlos subir").
 */
export type Pattern =
  | { readonly type: 'word'; readonly word: string }
  | { readonly type: 'slot'; readonly names: SlotNames }
  | { readonly type: 'choice'; readonly options: readonly (readonly Pattern[])[] }

/** The names that a slot takes beside the persons that the language lists. */
export type SlotNames = 'none' | 'titled' | 'bare'

const slots: Readonly<Record<string, SlotNames>> = { '~': 'none', '#': 'titled', '@': 'bare' }

/** All the places where a match that starts at `at` may end. */
export type SlotMatcher = (at: number, names: SlotNames) => readonly number[]

export function parsePattern(source: string): readonly Pattern[] {
  const symbols = source.match(/[()[\]|#@~]|[^\s()[\]|#@~]+/gu) ?? []
  const { pattern, rest } = parseSequence(symbols)
  if (rest.length > 0) throw new Error(`unbalanced brackets in the phrase "${source}"`)
  return pattern
}

type Parsed = { pattern: readonly Pattern[]; rest: readonly string[] }

function parseSequence(symbols: readonly string[]): Parsed {
  const pattern: Pattern[] = []
  let rest = symbols
  for (let [symbol] = rest; symbol !== undefined && !'|)]'.includes(symbol); [symbol] = rest) {
    rest = rest.slice(1)
    if (symbol === '(' || symbol === '[') {
      const choice = parseChoice(rest, symbol === '[')
      pattern.push(choice.pattern)
      rest = choice.rest
    } else {
      const names = slots[symbol]
      pattern.push(names ? { type: 'slot', names } : { type: 'word', word: symbol })
    }
  }
  return { pattern, rest }
}

function parseChoice(symbols: readonly string[], optional: boolean) {
  const options: (readonly Pattern[])[] = optional ? [[]] : []
  let rest = symbols
  for (;;) {
    const option = parseSequence(rest)
    options.push(option.pattern)
    const [end] = option.rest
    rest = option.rest.slice(1)
    if (end !== '|') break
  }
  const pattern: Pattern = { type: 'choice', options }
  return { pattern, rest }
}

/** Every end of a match of `pattern` in `tokens` from `at`; the patterns are finite, so is the search. */
export function matchPattern(
  pattern: readonly Pattern[],
  o: { tokens: readonly string[]; at: number; slot: SlotMatcher },
): readonly number[] {
  let ends: readonly number[] = [o.at]
  for (const part of pattern) {
    const next = ends.flatMap((at) => matchPart(part, { ...o, at }))
    if (next.length === 0) return []
    ends = [...new Set(next)]
  }
  return ends
}

function matchPart(
  part: Pattern,
  o: { tokens: readonly string[]; at: number; slot: SlotMatcher },
): readonly number[] {
  switch (part.type) {
    case 'word':
      return o.tokens[o.at] === part.word ? [o.at + 1] : []
    case 'slot':
      return o.slot(o.at, part.names)
    case 'choice':
      return part.options.flatMap((option) => matchPattern(option, o))
  }
}

/** The words that a pattern spells out. */
export function wordsOfPattern(pattern: readonly Pattern[]): readonly string[] {
  return pattern.flatMap((part) => {
    if (part.type === 'word') return [part.word]
    return part.type === 'choice' ? part.options.flatMap(wordsOfPattern) : []
  })
}

/** The words that a match may begin with; null where that is anybody's name. */
export function firstWordsOf(pattern: readonly Pattern[]): ReadonlySet<string> | null {
  const words = new Set<string>()
  for (const part of pattern) {
    if (part.type === 'slot') return null
    if (part.type === 'word') return words.add(part.word)
    for (const option of part.options) {
      const first = firstWordsOf(option)
      if (first === null) return null
      for (const word of first) words.add(word)
    }
    if (!part.options.some((option) => option.length === 0)) return words
  }
  return words
}
