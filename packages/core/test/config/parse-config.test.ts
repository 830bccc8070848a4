import { readFile } from 'node:fs/promises'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { configJsonSchema } from '../../src/config/config-json-schema.ts'
import { parseConfig } from '../../src/config/parse-config.ts'
import { isConfigError, messageOf } from '../../src/errors.ts'

function mistakeIn(value: unknown): string {
  try {
    parseConfig(value, 'portaria.config.json')
  } catch (error) {
    if (isConfigError(error)) return messageOf(error)
    throw error
  }
  return 'accepted'
}

describe('parseConfig', () => {
  test('accepts every documented key', () => {
    const config = {
      $schema: './schema.json',
      dataDir: '/var/lib/portaria',
      logDir: '/var/log/portaria',
      api: { host: '127.0.0.1', port: 0 },
      audiosocket: { bind: '0.0.0.0' },
      allow: ['127.0.0.1', '10.0.0.0/8', '2001:db8::/32'],
      ramais: 'file',
      stt: 'none',
      tts: 'espeak',
      dialogue: 'rules',
      directory: 'my-directory',
      dialer: 'none',
      plugins: { espeak: { anything: [1] } },
      language: 'pt-BR',
      condominiums: {
        '12': { name: 'Apoena', language: 'es', voice: { speed: 1.2 }, gateName: 'portão' },
      },
      silenceMs: 500,
      call: { ringSeconds: 10, ringAttempts: 1, maxSeconds: 60, drainSeconds: 0 },
    }
    expect(parseConfig(config, 'x')).toEqual(config)
  })

  test('takes undefined as not given, but leaves the options of plugins alone', () => {
    const parsed = parseConfig(
      { stt: undefined, api: { port: undefined }, plugins: { a: { b: undefined } } },
      'x',
    )
    expect(parsed).toStrictEqual({ api: {}, plugins: { a: { b: undefined } } })
  })

  test.each([
    [{ sst: 'azure' }, 'sst: unknown setting; did you mean "stt"?'],
    [{ api: { prot: 1 } }, 'api.prot: unknown setting; did you mean "port"?'],
    [{ condominiums: { '7': { gatename: 'x' } } }, 'condominiums["7"].gatename: unknown setting'],
    [{ zzzzzz: 1 }, 'zzzzzz: unknown setting; remove it; known here: $schema, dataDir'],
    [{ api: { port: 70_000 } }, 'api.port: must be a whole number from 0 to 65535, not 70000'],
    [{ api: { port: '8082' } }, 'api.port: must be a whole number from 0 to 65535, not "8082"'],
    [{ allow: ['10.0.0.0/8', '10.0.0.0/33'] }, 'allow[1]: must be an address or a network'],
    [{ audiosocket: { bind: 'localhost' } }, 'audiosocket.bind: must be an IP address'],
    [{ language: 'fr' }, 'language: must be one of pt-BR, en, es, not "fr"'],
    [{ ramais: '' }, 'ramais: must be a text that is not empty'],
    [{ ramalRemoval: 'kill' }, 'ramalRemoval: must be drain or hangup'],
    [{ dialogue: 'none' }, 'dialogue: must be the name of a plugin'],
    [{ dialogue: ['rules', 'none'] }, 'dialogue[1]: must be the name of a plugin'],
    [{ tts: ['azure', 'azure'] }, 'tts: must be the name of a plugin, or a list of different'],
    [{ stt: [] }, 'stt: must be the name of a plugin, or a list'],
    [{ stt: '' }, 'stt: must be the name of a plugin, or a list'],
    [{ condominiums: { centro: {} } }, 'condominiums.centro: must be the number of a condomínio'],
    [{ call: [] }, 'call: must be an object: { … }, not []'],
    [[], 'must hold a plain object, such as { "tts": "espeak" }, not a list'],
    [() => ({}), 'not a function'],
    [Promise.resolve({}), 'not a promise'],
    [{ api: { port: 8082n } }, 'api.port: must be a whole number from 0 to 65535, not 8082n'],
    [null, 'not null'],
  ])('refuses %o and says where and how to mend it', (value, message) => {
    expect(mistakeIn(value)).toContain(message)
    expect(mistakeIn(value)).toContain('portaria.config.json')
  })

  test('lists every mistake at once', () => {
    const message = mistakeIn({ silenceMs: 1, stt: 5, tss: 'x' })
    expect(message.split('\n')).toHaveLength(4)
    expect(message).toContain('3 mistakes in portaria.config.json')
  })

  test('never throws anything but a ConfigError', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withBigInt: true }), (value) => {
        expect(typeof mistakeIn(value)).toBe('string')
      }),
    )
  })
})

test('the JSON schema in docs is the one that the code enforces (node tools/config-schema.ts)', async () => {
  const file = new URL('../../../../docs/schema/portaria.config.schema.json', import.meta.url)
  const written: unknown = JSON.parse(await readFile(file, 'utf8'))
  expect(written).toEqual(JSON.parse(JSON.stringify(configJsonSchema())))
})
