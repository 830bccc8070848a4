import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createDirectory } from '../../src/directory/create-directory.ts'
import type { DirectoryEntry } from '../../src/directory/parse-entry.ts'
import { sampleDirectory } from '../../src/directory/sample-directory.ts'
import { type Facts, noFacts } from '../../src/providers/dialogue.ts'

const signal = new AbortController().signal

function entry(number: string, change: Partial<DirectoryEntry> = {}): DirectoryEntry {
  return { number, block: null, residents: [], voipNumber: null, condominiumId: 1, ...change }
}

/** `501`, `101 A+101 B`, `unknown` or `none`: what the facts find. */
async function found(
  entries: readonly DirectoryEntry[],
  facts: Partial<Facts>,
  o: { condominiumId?: number; served?: readonly number[] } = {},
): Promise<string> {
  const { condominiumId = 1, served = [1] } = o
  const directory = createDirectory({ entries, servedCondominiums: () => new Set(served) })
  const match = await directory.find({ ...noFacts, ...facts }, { condominiumId, signal })
  if (match.type !== 'one' && match.type !== 'several') return match.type
  const units = match.type === 'one' ? [match.unit] : match.units
  return units.map(({ number, block }) => (block ? `${number} ${block}` : number)).join('+')
}

describe('a look-up', () => {
  test('stays within the condomínio of the call', async () => {
    const entries = [
      entry('501', { residents: ['Ana Lima'] }),
      entry('601', { condominiumId: 2, residents: ['Rui Melo'] }),
    ]
    const served = [1, 2]
    expect(await found(entries, { unit: '501' }, { condominiumId: 2, served })).toBe('unknown')
    expect(await found(entries, { residentName: 'Ana Lima' }, { condominiumId: 2, served })).toBe(
      'unknown',
    )
    expect(await found(entries, { unit: '601' }, { condominiumId: 2, served })).toBe('601')
  })

  test('uses an entry without a condomínio only while a single one is served', async () => {
    expect(await found(sampleDirectory, { unit: '501' }, { served: [1, 1] })).toBe('501')
    expect(await found(sampleDirectory, { unit: '501' }, { served: [1, 2] })).toBe('unknown')
    expect(await found(sampleDirectory, { unit: '501' }, { served: [2] })).toBe('unknown')
    expect(await found(sampleDirectory, { unit: '501' }, { served: [] })).toBe('unknown')
  })

  test('follows the condomínios that are served now', async () => {
    let served = [1]
    const directory = createDirectory({
      entries: sampleDirectory,
      servedCondominiums: () => new Set(served),
    })
    const facts = { ...noFacts, unit: '501' }
    expect((await directory.find(facts, { condominiumId: 1, signal })).type).toBe('one')
    served = [1, 2]
    expect((await directory.find(facts, { condominiumId: 1, signal })).type).toBe('unknown')
  })

  test('rejects when it is aborted', async () => {
    const directory = createDirectory({ entries: [], servedCondominiums: () => new Set([1]) })
    const aborted = AbortSignal.abort()
    await expect(directory.find(noFacts, { condominiumId: 1, signal: aborted })).rejects.toThrow(
      /abort/i,
    )
  })
})

describe('a unit', () => {
  test.each(['50', '5011', '1501', '5 01', '5-01', '50\u200b1', '501 B', '501x', 'B', '-'])(
    'is not found as %j when it is 501',
    async (unit) => {
      expect(await found([entry('501')], { unit })).toBe('unknown')
    },
  )

  test.each([
    '501',
    ' 501 ',
    'ap 501',
    'Apto. 501',
    'apartamento 501',
    'casa 501',
    '0501',
    '５０１',
  ])('is found as %j when it is 501', async (unit) => {
    expect(await found([entry('501')], { unit })).toBe('501')
  })

  test.each(['45b', '45 B', '45-B', 'ap 45b', '045B'])(
    'is found as %j when it is 45-B',
    async (unit) => {
      expect(await found([entry('45-B'), entry('45')], { unit })).toBe('45-B')
    },
  )

  test('written with leading zeros differs from one without when both exist', async () => {
    const both = [entry('01'), entry('1')]
    expect(await found(both, { unit: '1' })).toBe('1')
    expect(await found(both, { unit: '01' })).toBe('01')
    expect(await found([entry('01')], { unit: '1' })).toBe('01')
  })

  test('1-2 is never 12', async () => {
    expect(await found([entry('12')], { unit: '1-2' })).toBe('unknown')
    expect(await found([entry('1-2')], { unit: '12' })).toBe('unknown')
    expect(await found([entry('1-2')], { unit: '1 2' })).toBe('1-2')
  })

  test('of a very long text is nobody’s, even when it begins with one', async () => {
    expect(await found([entry('501')], { unit: `501${' '.repeat(200)}9` })).toBe('unknown')
  })

  test('in several blocks gives them all, and the block chooses', async () => {
    const facts = { unit: '101' }
    expect(await found(sampleDirectory, facts)).toBe('101 A+101 B')
    expect(await found(sampleDirectory, { ...facts, block: 'b' })).toBe('101 B')
    expect(await found(sampleDirectory, { ...facts, block: 'Bloco A' })).toBe('101 A')
    expect(await found(sampleDirectory, { ...facts, block: 'C' })).toBe('unknown')
    expect(await found(sampleDirectory, { ...facts, residentName: 'Rogerio' })).toBe('101 B')
  })

  test('of a tower is found by the number of the tower', async () => {
    const entries = [entry('7', { block: 'Torre 2' }), entry('7', { block: 'Torre 10' })]
    expect(await found(entries, { unit: '7', block: '2' })).toBe('7 Torre 2')
    expect(await found(entries, { unit: '7', block: '1' })).toBe('unknown')
  })

  test('without a block is not found in a block', async () => {
    expect(await found([entry('501')], { unit: '501', block: 'B' })).toBe('unknown')
  })

  test('written in two entries is one unit with the residents of both', async () => {
    const entries = [
      entry('501', { residents: ['Ana Lima'] }),
      entry('501', { residents: ['Rui Melo'], voipNumber: '1002' }),
      entry('501', { residents: ['Ivo Reis'], voipNumber: '1003' }),
    ]
    const directory = createDirectory({ entries, servedCondominiums: () => new Set([1]) })
    const find = (facts: Partial<Facts>) =>
      directory.find({ ...noFacts, ...facts }, { condominiumId: 1, signal })
    expect(await find({ unit: '501' })).toMatchObject({
      type: 'one',
      unit: { residents: ['Ana Lima', 'Rui Melo', 'Ivo Reis'], voipNumber: '1002' },
    })
    expect(await find({ unit: '501', residentName: 'Ivo' })).toMatchObject({
      type: 'one',
      unit: { voipNumber: '1003' },
    })
  })
})

describe('a name', () => {
  test.each([
    'Daniel dos Reis',
    'daniel reis',
    'Daniel',
    'DANIÉL DOS RÊIS',
    'Reis, Daniel',
    'Denial dos Reis',
    'seu Daniel',
    'o sr. Daniel',
  ])('%s is Daniel dos Reis', async (residentName) => {
    expect(await found(sampleDirectory, { unit: '501', residentName })).toBe('501')
    expect(await found(sampleDirectory, { residentName })).toBe('501')
  })

  test.each(['Al', 'D', 'dos', 'da', 'Ana', 'Marcos', 'Beatriz Nogueira', 'x'.repeat(10_000)])(
    '%s is not Daniel dos Reis',
    async (residentName) => {
      expect(
        await found([entry('501', { residents: ['Daniel dos Reis'] })], { residentName }),
      ).toMatch(/unknown|none/)
    },
  )

  test('that nobody in the unit bears makes the unit unknown', async () => {
    expect(await found(sampleDirectory, { unit: '501', residentName: 'Helena' })).toBe('unknown')
  })

  test('cannot contradict a unit whose residents are not written down', async () => {
    expect(await found([entry('7')], { unit: '7', residentName: 'Helena' })).toBe('7')
  })

  test('of three letters counts only as a whole word', async () => {
    const entries = [
      entry('1', { residents: ['Mariana Souza'] }),
      entry('2', { residents: ['Ana Paula Dias'] }),
    ]
    expect(await found(entries, { residentName: 'Ana' })).toBe('2')
  })

  test('in several units gives them all', async () => {
    const entries = [
      entry('1', { residents: ['Paulo Souza'] }),
      entry('2', { residents: ['Paulo Lima'] }),
      entry('3', { residents: ['Rita Alves'] }),
    ]
    expect(await found(entries, { residentName: 'Paulo' })).toBe('1+2')
    expect(await found(entries, { residentName: 'Paulo Lima' })).toBe('2')
  })

  test('borne exactly goes before one that is alike', async () => {
    const entries = [
      entry('1', { residents: ['Maria da Silva'] }),
      entry('2', { residents: ['Carlos da Silva'] }),
    ]
    expect(await found(entries, { residentName: 'Carlos da Silva' })).toBe('2')
  })

  test('of no letters is as good as none', async () => {
    expect(await found(sampleDirectory, { residentName: '???' })).toBe('none')
    expect(await found(sampleDirectory, { unit: '501', residentName: ' \u0007 ' })).toBe('501')
  })
})

test('facts that name nobody find none', async () => {
  expect(await found(sampleDirectory, {})).toBe('none')
  expect(await found(sampleDirectory, { unit: ' ', residentName: '' })).toBe('none')
  expect(await found(sampleDirectory, { block: 'A', visitorName: 'Daniel dos Reis' })).toBe('none')
})

test('no facts make it throw, and what it finds is always in the directory', async () => {
  const text = fc.option(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.constantFrom('501', '101', 'A', 'Daniel'),
    ),
  )
  const anyFacts = fc.record({ unit: text, block: text, residentName: text })
  await fc.assert(
    fc.asyncProperty(anyFacts, async (facts) => {
      expect(await found(sampleDirectory, facts)).toMatch(
        /^(none|unknown|(501|502|101 A|101 B)(\+(501|502|101 A|101 B))*)$/,
      )
    }),
    { numRuns: 500 },
  )
})

test('a look-up among 10,000 units of one condomínio by name lets frames out in between', async () => {
  const first = [
    'Ana',
    'Bruno',
    'Carla',
    'Diego',
    'Elisa',
    'Fábio',
    'Gisele',
    'Hugo',
    'Íris',
    'João',
  ]
  const last = ['Silva', 'Souza', 'Oliveira', 'Santos', 'Pereira', 'Costa', 'Almeida', 'Barbosa']
  const entries = Array.from({ length: 10_000 }, (_, index) =>
    entry(String(index), {
      residents: [
        `${first[index % 10] ?? ''} ${last[index % 8] ?? ''} ${last[(index >> 3) % 8] ?? ''}`,
      ],
    }),
  )
  const directory = createDirectory({ entries, servedCondominiums: () => new Set([1]) })
  const find = (facts: Partial<Facts>) =>
    directory.find({ ...noFacts, ...facts }, { condominiumId: 1, signal })
  let turns = 0
  let turning = setImmediate(function turn() {
    turns += 1
    turning = setImmediate(turn)
  })
  expect(await find({ residentName: 'Daniel dos Reis' })).toEqual({ type: 'unknown' })
  expect(await find({ residentName: 'Carla Oliveira' })).toMatchObject({ type: 'several' })
  clearImmediate(turning)
  // Both take tens of milliseconds, in slices of three.
  expect(turns).toBeGreaterThan(3)
})

test('a look-up by unit takes no longer among 10,000 than among 100', async () => {
  async function timeAmong(count: number): Promise<number> {
    const entries = Array.from({ length: count }, (_, index) => entry(String(index)))
    const directory = createDirectory({ entries, servedCondominiums: () => new Set([1]) })
    const start = performance.now()
    for (let time = 0; time < 500; time += 1) {
      const facts = { ...noFacts, unit: String((time * 7) % count) }
      expect((await directory.find(facts, { condominiumId: 1, signal })).type).toBe('one')
    }
    return performance.now() - start
  }
  const ratios: number[] = []
  for (let tries = 0; tries < 5; tries += 1) {
    const few = await timeAmong(100)
    ratios.push((await timeAmong(10_000)) / few)
  }
  // A search through all of them takes 100 times as long.
  expect(Math.min(...ratios)).toBeLessThan(20)
})

test('a look-up by name stops in the middle when it is aborted', async () => {
  const entries = Array.from({ length: 20_000 }, (_, index) =>
    entry(String(index), { residents: [`Maria Aparecida Souza ${index}`] }),
  )
  const directory = createDirectory({ entries, servedCondominiums: () => new Set([1]) })
  const controller = new AbortController()
  const finding = directory.find(
    { ...noFacts, residentName: 'Maria Aparecida Sousa Pereira' },
    { condominiumId: 1, signal: controller.signal },
  )
  controller.abort()
  await expect(finding).rejects.toThrow(/abort/i)
})
