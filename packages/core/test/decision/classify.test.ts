import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { classify } from '../../src/decision/classify.ts'
import { languages, type Language } from '../../src/language.ts'

/** One utterance a line, under headings that name the verdicts that are right for it. */
function answersIn(language: Language): { wanted: string[]; text: string }[] {
  const file = new URL(`./answers/${language.toLowerCase()}.txt`, import.meta.url)
  let wanted: string[] = []
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((text) => {
      if (text.startsWith('# ')) wanted = text.slice(2).split('|')
      return text.startsWith('# ') || text === '' ? [] : [{ wanted, text }]
    })
}

const unpunctuated = (text: string) => text.replace(/[.,;:!¡]/gu, ' ').trim()
const unaccented = (text: string) => text.normalize('NFD').replace(/[\u0300-\u036f]/gu, '')

const wrong = (language: Language, change: (text: string) => string) =>
  answersIn(language)
    .map(({ wanted, text }) => ({ wanted, text, got: classify(change(text), language) }))
    .filter(({ wanted, got }) => !wanted.includes(got))

const falseYes = (language: Language, change: (text: string) => string) =>
  answersIn(language).filter(
    ({ wanted, text }) =>
      !wanted.includes('authorize') && classify(change(text), language) === 'authorize',
  )

describe.each(languages)('what residents say in %s', (language) => {
  it('is understood as people mean it', () => {
    expect(wrong(language, (text) => text)).toEqual([])
  })

  it('means the same in capitals', () => {
    expect(wrong(language, (text) => text.toUpperCase())).toEqual([])
  })

  it('is never a yes by a lost accent', () => {
    // Without their accents these are other words: "I authorise", "he can".
    const lost = falseYes(language, unaccented).filter(({ text }) => !/autorizó|pôde/u.test(text))
    expect(lost).toEqual([])
  })

  it('means a yes without accents or without punctuation', () => {
    // "Sí no hay problema" without its accent is "if there is no problem".
    const yeses = answersIn(language)
      .filter(({ wanted }) => wanted.includes('authorize'))
      .filter(({ text }) => !/^s[ií],? no hay/u.test(text))
    for (const change of [unaccented, unpunctuated]) {
      const missed = yeses.filter(({ text }) => classify(change(text), language) !== 'authorize')
      expect(missed).toEqual([])
    }
  })
})

describe.each([
  [
    'pt-BR',
    ['não', 'nao', 'nunca', 'jamais', 'ninguém', 'nem'],
    ['autorizo', 'pode entrar', 'libera', 'deixa subir', 'manda subir', 'abre', 'permito', 'pode'],
  ],
  [
    'en',
    ['not', "don't", 'never', 'do not', 'no', "won't"],
    ['let him in', 'authorize it', 'open the gate', 'send her up', 'you may', 'he can come up'],
  ],
  [
    'es',
    ['no', 'nunca', 'jamás', 'tampoco', 'nadie'],
    ['autorizo', 'puede pasar', 'que pase', 'ábrele', 'lo autorizo', 'déjalo pasar', 'puede'],
  ],
] as const)('a negation of the verb in %s', (language, negations, verbs) => {
  const yeses = answersIn(language)
    .filter(({ wanted }) => wanted.includes('authorize'))
    .map(({ text }) => text)
  const space = fc.constantFrom(' ', ', ', '. ', '... ', '  ', '\n')
  const around = fc.constantFrom('', ...yeses)
  const negation = fc.constantFrom(...negations)
  const verb = fc.constantFrom(...verbs)

  it('never authorises, whatever is said around it', () => {
    fc.assert(
      fc.property(
        around,
        negation,
        verb,
        around,
        space,
        fc.boolean(),
        (a, no, yes, b, s, after) => {
          const negated = after ? `${yes} ${no}` : `${no} ${yes}`
          expect(classify([a, negated, b].join(s), language)).not.toBe('authorize')
        },
      ),
      { numRuns: 700 },
    )
  })

  it('is a no when nothing else is said', () => {
    for (const no of negations) {
      for (const yes of verbs)
        expect([no, yes, classify(`${no} ${yes}`, language)]).toEqual([no, yes, 'deny'])
    }
  })

  it('never becomes a yes by a sign that nobody sees or that only looks like a letter', () => {
    const sign = fc.constantFrom(
      '\u200b',
      '\u200d',
      '\u00ad',
      '\u202e',
      '\u2066',
      '\u0000',
      '\u0007',
      '\ufe0f',
      '\u0335',
    )
    fc.assert(
      fc.property(negation, verb, sign, fc.nat(8), (no, yes, hidden, at) => {
        const spoilt = `${no.slice(0, at)}${hidden}${no.slice(at)}`
        expect(classify(`${spoilt} ${yes}`, language)).not.toBe('authorize')
        expect(classify(`${yes} ${spoilt}`, language)).not.toBe('authorize')
      }),
    )
  })

  it('keeps a yes from counting beside words that nobody knows', () => {
    // "blz" and "mhm" are words: only what these letters stand in is surely none, in any language.
    const noise = fc.stringMatching(/^[bcdfghjklmnpqrstvwxz]{0,5}zxq[bcdfghjklmnpqrstvwxz]{0,5}$/u)
    fc.assert(
      fc.property(fc.constantFrom(...yeses), noise, fc.boolean(), (yes, word, before) => {
        const verdict = classify(before ? `${word}, ${yes}` : `${yes}, ${word}`, language)
        expect(verdict).not.toBe('authorize')
      }),
    )
  })

  it('is not needed to keep a question from being a yes', () => {
    for (const yes of yeses) expect(classify(`${yes}?`, language)).not.toBe('authorize')
  })
})

describe('text that no resident spoke', () => {
  const language = fc.constantFrom(...languages)

  it('is never a yes when it is noise', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), language, (text, spoken) => {
        expect(classify(text, spoken)).not.toBe('authorize')
      }),
      { numRuns: 1_000 },
    )
  })

  it('is never a yes when it is a number, spelled in any way', () => {
    const words = ['um', 'uno', 'one', 'dois', 'two', 'dos', 'primeiro', 'first', '1º', '①', '１']
    const number = fc.oneof(fc.nat().map(String), fc.constantFrom(...words))
    fc.assert(
      fc.property(number, language, (text, spoken) => {
        expect(classify(text, spoken)).not.toBe('authorize')
      }),
    )
  })

  it('is no yes in letters of another alphabet, with emoji, or in brackets', () => {
    for (const text of [
      'ѕim',
      'sіm',
      'ｓｉｍ',
      'sim 👍',
      '[música] sim',
      '(sim)',
      '"sim"',
      'o\u212a',
      'ſim',
    ]) {
      expect([text, classify(text, 'pt-BR')]).toEqual([text, 'unclear'])
    }
    expect(classify('o\u212a', 'en')).toBe('unclear')
  })

  it('is not judged when it is longer than any answer', () => {
    for (const text of ['sim', 'não']) {
      expect(classify(text.padEnd(1_000), 'pt-BR')).toBe(classify(text, 'pt-BR'))
      expect(classify(text.padEnd(1_001), 'pt-BR')).toBe('unclear')
    }
    for (const unit of ['sim ', 'não ', 'ã', '?']) {
      expect(classify(unit.repeat(10_240), 'pt-BR')).toBe('unclear')
    }
    expect(classify('sim '.repeat(200), 'pt-BR')).toBe('unclear')
    expect(classify(`${'blá '.repeat(100)} não`, 'pt-BR')).toBe('unclear')
  })

  it.each(languages)('is judged at once in %s, however it repeats itself', (spoken) => {
    for (const unit of ['sim ', 'não é ', 'o ', 'que ', 'do not ', 'deixa ', 'a', '. ', '?', '-']) {
      const text = unit.repeat(1_000 / unit.length)
      const before = performance.now()
      classify(text, spoken)
      // 55 ms at most where it was measured; a search that goes back and forth would take years.
      expect(performance.now() - before, `"${unit}" again and again`).toBeLessThan(5_000)
    }
  })
})
