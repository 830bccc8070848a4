import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findConfigFile } from '../../src/config/find-config-file.ts'
import { loadConfigFile } from '../../src/config/load-config-file.ts'
import { isConfigError, messageOf } from '../../src/errors.ts'

let folder = ''
let files = 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portaria-config-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function written(name: string, text: string | Uint8Array): Promise<string> {
  files += 1
  const path = join(folder, `${files}-${name}`)
  await writeFile(path, text)
  return path
}

async function mistakeIn(path: string): Promise<string> {
  return loadConfigFile(path).then(
    () => 'accepted',
    (error: unknown) => {
      if (isConfigError(error)) return messageOf(error)
      throw error
    },
  )
}

describe('loadConfigFile', () => {
  test.each([
    ['c.json', '\uFEFF{"stt":"none","$schema":"x"}'],
    ['c.js', "export default { stt: 'none', $schema: 'x' }"],
    ['c.cjs', "module.exports = { stt: 'none', $schema: 'x' }"],
    ['c.ts', "type C = { stt: string }\nexport default { stt: 'none', $schema: 'x' } satisfies C"],
  ])('reads %s', async (name, text) => {
    const config = await loadConfigFile(await written(name, text))
    expect(config).toEqual({ stt: 'none', $schema: 'x' })
  })

  test.each([
    ['comma.json', '{\n  "stt": "none",\n}', /comma\.json:3:1: not JSON/],
    ['word.json', '{"a": 1,\n "b": abc}', /word\.json:2:7: not JSON/],
    ['cut.json', '{"a": ', /cut\.json:1:\d+: not JSON/],
    ['empty.json', ' \n', /empty\.json is empty/],
    ['latin.json', Uint8Array.of(0x22, 0xe3, 0x22), /latin\.json is not UTF-8/],
    ['key.json', '{"sttt":"x"}', /key\.json:\n\s+sttt: unknown setting; did you mean "stt"\?/],
    ['none.js', 'export const stt = 1', /none\.js has no default export: write `export default/],
    ['throws.js', "throw new Error('boom')", /throws\.js:1.* could not be loaded: boom/],
    ['throws-text.js', "throw 'boom'", /throws-text\.js could not be loaded: boom/],
    ['missing.js', "import 'no-such-package'\nexport default {}", /needs no package beside it/],
    ['syntax.js', 'export default {', /syntax\.js.* could not be loaded/],
    ['function.js', 'export default () => ({})', /not a function/],
    ['c.yaml', 'stt: none', /ends in \.ts, \.js or \.json: rename it/],
  ])('refuses %s with the place and the remedy', async (name, text, message) => {
    expect(await mistakeIn(await written(name, text))).toMatch(message)
  })

  test.each(['none.json', 'none.ts'])('says that %s is not there', async (name) => {
    expect(await mistakeIn(join(folder, name))).toMatch(/no configuration file .*none\..*create it/)
  })

  test('refuses a folder in place of a file', async () => {
    const path = join(folder, 'folder.json')
    await mkdtemp(`${path}-`)
    expect(await mistakeIn(folder)).toMatch(/rename it/)
  })
})

describe('findConfigFile', () => {
  test('finds the one that is there, and refuses to choose between two', async () => {
    const own = await mkdtemp(join(folder, 'find-'))
    expect(await findConfigFile(own)).toBeNull()
    await writeFile(join(own, 'portaria.config.json'), '{}')
    expect(await findConfigFile(own)).toBe(join(own, 'portaria.config.json'))
    await writeFile(join(own, 'portaria.config.ts'), '')
    await expect(findConfigFile(own)).rejects.toThrow(/keep one of them, or name one with --config/)
  })
})
