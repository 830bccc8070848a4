import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadDirectory, unboundNotices } from '../../src/directory/load-directory.ts'

let folder = ''
let files = 0
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portaria-directory-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function written(value: unknown): Promise<string> {
  files += 1
  const path = join(folder, `apartamentos-${files}.json`)
  await writeFile(path, typeof value === 'string' ? value : JSON.stringify(value))
  return path
}

test('a legacy file is read, with block and condominium_id where given', async () => {
  const path = await written([
    { apartment_number: '501', residents: ['Daniel dos Reis'], voip_number: '1003021' },
    { apartment_number: 12, block: 2, condominium_id: 7, voip_number: 'sip:101@host', floor: 1 },
  ])
  expect(await loadDirectory(path)).toEqual({
    notices: [],
    entries: [
      {
        number: '501',
        block: null,
        residents: ['Daniel dos Reis'],
        voipNumber: '1003021',
        condominiumId: null,
      },
      { number: '12', block: '2', residents: [], voipNumber: 'sip:101@host', condominiumId: 7 },
    ],
  })
})

test.each([
  [{}, 'apartment_number must be a unit, such as "501", not undefined'],
  [{ apartment_number: ' ' }, 'apartment_number must be a unit'],
  [{ apartment_number: '1', residents: 'Ana' }, 'residents must be a list of names'],
  [{ apartment_number: '1', residents: [1] }, 'residents must be a list of names'],
  [{ apartment_number: '1', voip_number: '100\n200' }, 'voip_number must be a number or a SIP'],
  [{ apartment_number: '1', condominium_id: 'x' }, 'condominium_id must be the number'],
  [{ apartment_number: '1', condominium_id: 1.5 }, 'condominium_id must be the number'],
  [{ apartment_number: '1', block: '!' }, 'block must be a block'],
  [7, 'must be an object, not 7'],
])('the entry %j is left out, and that is said', async (bad, reason) => {
  const { entries, notices } = await loadDirectory(await written([bad, { apartment_number: '2' }]))
  expect(entries.map(({ number }) => number)).toEqual(['2'])
  expect(notices).toHaveLength(1)
  expect(notices[0]).toContain(`entry 1 is left out: ${reason}`)
})

test('a file of many bad entries says only the first, and how many more', async () => {
  const { notices } = await loadDirectory(await written(Array.from({ length: 500 }, () => null)))
  expect(notices).toHaveLength(21)
  expect(notices.at(-1)).toContain('480 more entries are left out')
})

test('without a file the built-in sample serves, and that is said', async () => {
  const { entries, notices } = await loadDirectory(join(folder, 'none.json'))
  expect(entries.find(({ number }) => number === '501')?.residents).toEqual(['Daniel dos Reis'])
  expect(notices[0]).toContain('built-in sample directory (units 501, 502, 101 A, 101 B)')
})

test('an empty list is an empty directory, not the sample', async () => {
  const { entries, notices } = await loadDirectory(await written([]))
  expect(entries).toEqual([])
  expect(notices.join()).toMatch(/holds no usable unit/)
})

test('a broken file is refused with line, column and remedy', async () => {
  const path = await written('[\n  {"apartment_number": "501" "residents": []}\n]')
  await expect(loadDirectory(path)).rejects.toThrow(`${path}:2:30: not JSON`)
  await expect(loadDirectory(await written({}))).rejects.toThrow(
    /must be a list: .* remove the file/,
  )
})

test('units without a condomínio are announced as unused once several are served', async () => {
  const { entries } = await loadDirectory(
    await written([{ apartment_number: 1 }, { apartment_number: 1, condominium_id: 2 }]),
  )
  expect(unboundNotices(entries, [1, 1])).toEqual([])
  expect(unboundNotices(entries, [1, 2])[0]).toMatch(/^1 of 2 units .* 2 condomínios are served/)
  expect(unboundNotices(entries.slice(1), [1, 2])).toEqual([])
})
