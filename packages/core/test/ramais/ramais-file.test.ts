import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkRamais } from '../../src/ramais/check-ramais.ts'
import { compatibilityRamal } from '../../src/ramais/ramal.ts'
import { createFileStore } from '../../src/ramais/file-store.ts'

let folder = ''
let files = 0
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portaria-ramais-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function written(text: string): Promise<string> {
  files += 1
  const path = join(folder, `ramais-${files}.json`)
  await writeFile(path, text)
  return path
}

function listed(path: string): Promise<readonly unknown[]> {
  return createFileStore(path).list({ signal: new AbortController().signal })
}

function row(change: object = {}) {
  return { ...compatibilityRamal, ...change }
}

describe('the ramais file', () => {
  test('is read as {"ramais": […]} and as a bare list', async () => {
    const two = [row(), row({ id: 2, ramal_ia: '1002', porta_ia: 9000, porta_retorno: 9001 })]
    expect(await listed(await written(JSON.stringify({ ramais: two })))).toEqual(two)
    expect(await listed(await written(JSON.stringify(two)))).toEqual(two)
  })

  test('may write numbers as padded texts and extensions as numbers, as the legacy table does', () => {
    const padded = row({
      id: '3',
      ramal_ia: 1000,
      ramal_retorno: '1001   ',
      ip_servidor: '0.0.0.0     ',
      porta_ia: '8080 ',
      condominio_id: '7',
      allow: ['10.0.0.0/8', '::1'],
    })
    expect(checkRamais([padded]).ramais).toEqual([
      row({
        id: 3,
        ramal_ia: '1000',
        ip_servidor: '0.0.0.0',
        condominio_id: 7,
        allow: ['10.0.0.0/8', '::1'],
      }),
    ])
  })

  test.each([
    [{ porta_ia: 0 }, 'porta_ia must be a port from 1 to 65535, not 0'],
    [{ porta_ia: 70_000 }, 'porta_ia must be a port from 1 to 65535, not 70000'],
    [{ porta_retorno: 'abc' }, 'porta_retorno must be a port from 1 to 65535, not "abc"'],
    [{ porta_ia: 8080.5 }, 'porta_ia must be a port'],
    [{ porta_ia: -1 }, 'porta_ia must be a port'],
    [{ porta_ia: '0x50' }, 'porta_ia must be a port'],
    [{ porta_retorno: undefined }, 'porta_retorno must be a port from 1 to 65535, not undefined'],
    [{ porta_retorno: ' '.repeat(50) }, 'porta_retorno must be a port from 1 to 65535'],
    [{ porta_ia: null }, 'porta_ia must be a port from 1 to 65535, not null'],
    [{ porta_ia: 8081 }, 'porta_ia and porta_retorno must differ, both are 8081'],
    [{ ramal_ia: '' }, "ramal_ia must be an extension's number"],
    [{ ramal_ia: '   ' }, "ramal_ia must be an extension's number"],
    [{ ramal_retorno: '10\n01' }, "ramal_retorno must be an extension's number"],
    [{ ramal_retorno: '1'.repeat(51) }, "ramal_retorno must be an extension's number"],
    [{ id: null }, 'id must be a whole number, not null'],
    [{ condominio_id: -3 }, 'condominio_id must be a whole number, not -3'],
    [{ ip_servidor: '192.168.0.300' }, 'ip_servidor must be an IP address'],
    [{ ip_servidor: '' }, 'ip_servidor must be an IP address'],
    [{ allow: '10.0.0.0/8' }, 'allow must be a list'],
    [{ allow: ['10.0.0.0/40'] }, 'allow must be a list'],
  ])('refuses %j with the reason, and still serves the others', (change, reason) => {
    const bad = row({ id: 9, porta_ia: 9000, porta_retorno: 8081, ...change })
    const good = row({ porta_ia: 9100, porta_retorno: 9101 })
    const { ramais, invalid } = checkRamais([bad, good])
    expect(ramais).toEqual([good])
    expect(invalid).toHaveLength(1)
    expect(invalid[0]?.row).toBe(bad)
    expect(invalid[0]?.reason).toContain(reason)
  })

  test.each([null, 1, 'x', []])('refuses the row %j', (bad) => {
    expect(checkRamais([bad]).invalid[0]?.reason).toContain('a ramal must be an object')
  })

  test('names every reason against one row', () => {
    const reason = checkRamais([{}]).invalid[0]?.reason ?? ''
    expect(reason.split('; ')).toHaveLength(7)
  })

  test('refuses a row whose list of who may connect is misspelt: it would be open to all', () => {
    const { ramais, invalid } = checkRamais([row({ alow: ['10.0.0.0/8'] })])
    expect(ramais).toEqual([])
    expect(invalid[0]?.reason).toMatch(/did you mean "allow"/)
  })

  test('may have no return port: that is no wish, and no mistake', () => {
    const wishless = row({ porta_retorno: null })
    expect(checkRamais([wishless])).toEqual({ ramais: [wishless], invalid: [], warnings: [] })
  })

  test('may wish one port twice: both rows are ramais, in id order', () => {
    const higher = row({ id: 5, ramal_ia: '1005', porta_ia: 8081, porta_retorno: 8090 })
    const { ramais, invalid } = checkRamais([higher, row()])
    expect(ramais).toEqual([row(), higher])
    expect(invalid).toEqual([])
  })

  test('serves each row of one number, and warns of every later one', () => {
    const at = (id: number) => row({ id, porta_ia: 9000 + id, porta_retorno: 9100 + id })
    const { ramais, warnings } = checkRamais([at(7), at(3), at(5)])
    expect(ramais.map(({ id }) => id)).toEqual([3, 5, 7])
    const message =
      'ramal_ia 1000 is the number of id 3 too: give it another, or restart them by id'
    expect(warnings).toEqual([
      { id: 5, message },
      { id: 7, message },
    ])
  })

  test('keeps the first of two rows with one id', () => {
    const second = row({ porta_ia: 9000, porta_retorno: 9001 })
    const { ramais, invalid } = checkRamais([row(), second])
    expect(ramais).toEqual([row()])
    expect(invalid[0]?.reason).toBe('id 1 is used by an earlier ramal: give it another')
  })

  test('never throws, loses or doubles a row', () => {
    const port = fc.oneof(fc.integer({ min: 8080, max: 8085 }), fc.anything())
    const anyRow = fc.oneof(
      fc.anything({ withBigInt: true }),
      fc.record({ id: fc.nat(4), porta_ia: port, porta_retorno: port }).map((part) => row(part)),
    )
    fc.assert(
      fc.property(fc.array(anyRow, { maxLength: 12 }), (rows) => {
        const { ramais, invalid } = checkRamais(rows)
        expect(ramais.length + invalid.length).toBe(rows.length)
        expect(new Set(ramais.map(({ id }) => id)).size).toBe(ramais.length)
      }),
    )
  })

  test('that is not JSON is refused with line, column and remedy', async () => {
    const path = await written('{"ramais": [\n  {"id": 1,}\n]}')
    await expect(listed(path)).rejects.toThrow(`${path}:2:12: not JSON`)
  })

  test.each(['{}', '"x"', '{"ramais": {}}', 'null'])('that holds %s is refused', async (text) => {
    await expect(listed(await written(text))).rejects.toThrow(/must be {"ramais": \[ … \]}/)
  })

  test('that is not there lists nothing', async () => {
    expect(await listed(join(folder, 'none.json'))).toEqual([])
  })
})
