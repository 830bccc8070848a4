import { describe, expect, it } from 'vitest'
import { endingOf } from '../../src/call/ending-of.ts'
import { endingWords } from '../../src/call/ending-words.ts'
import { silenceAfter } from '../../src/call/turn-silence.ts'
import type { Language } from '../../src/language.ts'

const table: [Language, ReturnType<typeof endingOf>, readonly string[]][] = [
  [
    'pt-BR',
    'goes-on',
    [
      ...['para o', 'no apartamento', 'sou da', 'Eu vou pra', 'Meu nome é', 'aqui é', 'bloco'],
      ...['quinhentos e', 'a entrega é para a', 'Vim ver o seu', 'E', 'Sou da...', 'PARA O.'],
    ],
  ],
  [
    'pt-BR',
    'complete',
    [
      ...['Tenho uma entrega para o apartamento 501.', 'sou o Carlos', 'apartamento 501 bloco A'],
      ...['501 E', 'bloco E', 'torre o', 'sim', 'não', 'boa tarde', 'é a Ana', '12'],
    ],
  ],
  [
    'pt-BR',
    'unclear',
    ['', '  ...', 'quinhentos e um', 'cinco', '5', 'zero', 'hum', 'é', 'dois a', 'então'],
  ],
  ['en', 'goes-on', ['a delivery for', 'My name is', 'I’m', 'this is', 'for the', 'apartment']],
  ['en', 'complete', ['let me in', 'unit 12 A', 'Block A', 'a delivery for apartment 501', 'yes']],
  ['en', 'unclear', ['um', 'five', 'oh', 'well']],
  ['es', 'goes-on', ['vengo de', 'me llamo', 'para el', 'soy', 'quinientos y', 'don']],
  ['es', 'complete', ['soy Carlos', 'bloque A', 'quinto piso', 'una entrega para el 501', 'sí']],
  ['es', 'unclear', ['pues', 'a ver', 'quinientos uno']],
]

describe('an ending', () => {
  it.each(
    table.flatMap(([language, ending, texts]) =>
      texts.map((text) => [language, text, ending] as const),
    ),
  )('in %s of "%s" is %s', (language, text, ending) => {
    expect(endingOf(text, language)).toBe(ending)
  })

  it('is found at the end of any length of text, with and without combined accents', () => {
    expect(endingOf(`${'palavra '.repeat(100_000)}para o`, 'pt-BR')).toBe('goes-on')
    expect(endingOf('o bloco e o número'.normalize('NFD'), 'pt-BR')).toBe('goes-on')
    expect(endingOf('x'.repeat(100_000), 'pt-BR')).toBe('complete')
  })

  it.each(['pt-BR', 'en', 'es'] as const)('is listed once in %s, as it is compared', (language) => {
    const { goOn, thinking } = endingWords[language]
    const all = [...goOn, ...thinking]
    expect(new Set(all).size).toBe(all.length)
    expect(all.map((each) => each.normalize('NFC').toLowerCase())).toEqual(all)
  })
})

describe('the silence that ends a turn', () => {
  const o = { usualMs: 700, language: 'pt-BR', partials: true } as const
  const known = (text: string, settled = true) => ({ text, settled, atMs: 0 })

  it('is short after a complete answer that is settled, long after what goes on', () => {
    expect(silenceAfter(known('sou o Carlos'), o)).toBe(400)
    expect(silenceAfter(known('sou o Carlos', false), o)).toBe(700)
    expect(silenceAfter(known('quinhentos e um'), o)).toBe(700)
    expect(silenceAfter(known(''), o)).toBe(700)
    expect(silenceAfter(known('sou o Carlos da'), o)).toBe(1_100)
    expect(silenceAfter(known('sou o Carlos da', false), o)).toBe(1_100)
    expect(silenceAfter(known('sou o Carlos da'), { ...o, partials: false })).toBe(700)
  })

  it('keeps to what was set: never longer than 1.6 times, a shorter one stays', () => {
    expect(silenceAfter(known('sou da'), { ...o, usualMs: 500 })).toBe(800)
    expect(silenceAfter(known('sou da'), { ...o, usualMs: 2_000 })).toBe(2_000)
    expect(silenceAfter(known('sou a Ana'), { ...o, usualMs: 300 })).toBe(300)
  })
})
