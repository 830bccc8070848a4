import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { boundHints } from '../../src/directory/bound-hints.ts'
import { createDirectory } from '../../src/directory/create-directory.ts'
import type { DirectoryEntry } from '../../src/directory/parse-entry.ts'
import type { Language } from '../../src/language.ts'

const { signal } = new AbortController()

function entry(number: string, change: Partial<DirectoryEntry> = {}): DirectoryEntry {
  return { number, block: null, residents: [], voipNumber: null, condominiumId: 1, ...change }
}

function open(entries: readonly DirectoryEntry[], served: readonly number[] = [1, 2]) {
  const directory = createDirectory({ entries, servedCondominiums: () => new Set(served) })
  return async (condominiumId = 1, language: Language = 'pt-BR') =>
    (await directory.hints?.({ condominiumId, language, signal })) ?? []
}

describe('the hints of a condomínio', () => {
  test('are its blocks, the names of its residents, and its units as they are said', async () => {
    const hintsOf = open([
      entry('501', { block: 'B', residents: ['Daniel dos Reis', 'Ana Lima'] }),
      entry('Apto. 45-C', { block: 'Torre Ipê', residents: ['Beatriz Nogueira'] }),
      entry('Cobertura', { block: 'bl. 2' }),
    ])
    expect(await hintsOf()).toEqual([
      'bloco B',
      'Torre Ipê',
      'bloco 2',
      'Daniel dos Reis',
      'Beatriz Nogueira',
      'Ana Lima',
      'apartamento 45 C',
      'Cobertura',
      'apartamento 501',
    ])
    expect(await hintsOf(1, 'en')).toContain('apartment 501')
    expect(await hintsOf(1, 'es')).toContain('bloque B')
  })

  test('never hold a name of another one', async () => {
    const hintsOf = open([
      entry('501', { residents: ['Ana Lima'] }),
      entry('601', { residents: ['Rui Melo'], condominiumId: 2 }),
      entry('701', { residents: ['Caio Martins'], condominiumId: null }),
    ])
    expect(await hintsOf(1)).toEqual(['Ana Lima', 'apartamento 501'])
    expect(await hintsOf(2)).toEqual(['Rui Melo', 'apartamento 601'])
    expect(await hintsOf(3)).toEqual([])
  })

  test('hold entries without a condomínio while a single one is served', async () => {
    const entries = [entry('701', { residents: ['Caio Martins'], condominiumId: null })]
    expect(await open(entries, [1])()).toEqual(['Caio Martins', 'apartamento 701'])
    expect(await open(entries, [1, 2])()).toEqual([])
  })

  test('are made once, not for each call', async () => {
    let read = 0
    const watched = new Proxy(entry('501', { residents: ['Ana Lima'] }), {
      get(target, key) {
        if (key === 'residents') read += 1
        return Reflect.get(target, key) as unknown
      },
    })
    const hintsOf = open([watched])
    const hints = await hintsOf()
    const before = read
    expect(await hintsOf()).toBe(hints)
    expect(read).toBe(before)
  })

  test('of a large one still hold its blocks, many names and some units', async () => {
    const entries = Array.from({ length: 10_000 }, (_, n) =>
      entry(String(n), { block: `B${n % 30}`, residents: [`Morador Número ${n}`, `Outro ${n}`] }),
    )
    const hints = await open(entries)()
    expect(hints).toHaveLength(200)
    expect(hints.filter((hint) => hint.startsWith('bloco'))).toHaveLength(20)
    expect(hints.filter((hint) => hint.startsWith('Morador'))).toHaveLength(140)
    expect(hints.filter((hint) => hint.startsWith('apartamento'))).toHaveLength(40)
  })

  test('are bounded, different, on one line, and of that condomínio only, whatever the directory holds', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 120 })
    // Each condomínio has letters of its own, so that a hint shows whose it is.
    const person = (letters: readonly string[]) =>
      fc
        .tuple(text, fc.string({ unit: fc.constantFrom(...letters), minLength: 2, maxLength: 8 }))
        .map(([odd, own]) => `${odd.replace(/\p{L}/gu, '')}${own}`)
    const home = (condominiumId: number, letters: readonly string[]) =>
      fc.record({
        number: fc.constantFrom('1', '2', '3-4'),
        block: fc.constantFrom(null, '7', '8'),
        residents: fc.array(person(letters), { maxLength: 5 }),
        voipNumber: fc.constant(null),
        condominiumId: fc.constant(condominiumId),
      })
    const homes = fc.array(fc.oneof(home(1, ['a', 'b', 'ç', 'Ã']), home(2, ['x', 'y', 'ñ'])), {
      maxLength: 80,
    })
    await fc.assert(
      fc.asyncProperty(homes, async (entries) => {
        const hints = await open(entries)()
        expect(hints.length).toBeLessThanOrEqual(200)
        expect(hints.join('').length).toBeLessThanOrEqual(5_000)
        expect(new Set(hints.map((hint) => hint.toLowerCase())).size).toBe(hints.length)
        for (const hint of hints) expect(hint).not.toMatch(/[\p{Cc}xyñ]|^\s|\s$|^$/u)
      }),
      { numRuns: 40 },
    )
  })
})

describe('the hints of any directory', () => {
  test('are texts, none twice, and only as many as are taken', () => {
    let asked = 0
    function* endless(): Generator<unknown> {
      for (const odd of [7, null, '', ' \u0000 ', 'Ana', 'ANA', 'x'.repeat(81)]) yield odd
      for (;;) yield `n${(asked += 1)}`
    }
    const hints = boundHints(endless())
    expect(hints.slice(0, 2)).toEqual(['Ana', 'n1'])
    expect(hints).toHaveLength(200)
    expect(asked).toBeLessThan(210)
    const long = boundHints(Array.from({ length: 200 }, (_, n) => `${n}`.padEnd(80, 'x')))
    expect(long.join('').length).toBeLessThanOrEqual(5_000)
    expect(long.length).toBeGreaterThan(50)
  })
})
