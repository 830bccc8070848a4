import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Config } from '../../src/config/config.ts'
import { settingsFrom } from '../../src/config/settings-from.ts'
import { ConfigError, isConfigError, messageOf, ProviderError } from '../../src/errors.ts'
import { type Log, silentLog } from '../../src/log.ts'
import {
  definePlugin,
  type Dialer,
  type Dialogue,
  type HandOver,
  type Plugin,
  type SpeechToText,
  type TextToSpeech,
} from '../../src/plugin.ts'
import { loadPlugins } from '../../src/plugins/load-plugins.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portaria-plugins-'))
})
afterAll(() => rm(folder, { recursive: true }))

const dialogue: Dialogue = {
  speculative: false,
  open: () => Promise.reject(new Error('not called here')),
}
const stt: SpeechToText = {
  rates: [8000],
  partials: false,
  open: () => Promise.reject(new Error('not called here')),
}
const tts: TextToSpeech = {
  cacheId: 'test-1',
  synthesize: () => Promise.reject(new Error('not called here')),
}
const dialer: Dialer = {
  reports: 'nothing',
  // oxlint-disable-next-line require-yield
  async *dial() {
    throw new Error('not called here')
  },
}
const handOver: HandOver = { transfer: () => Promise.resolve('moved') }

async function* sound(): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(1_600).fill(0x30)
}

const noOptions = z.strictObject({})
const rules = definePlugin({ name: 'rules', options: noOptions, dialogue: () => dialogue })

type Modules = Record<string, unknown>

function load(config: Config, modules: Modules, o: { log?: Log; signal?: AbortSignal } = {}) {
  const { settings } = settingsFrom({
    flags: {},
    env: {},
    config: { tts: 'none', ramais: 'file', ...config },
  })
  return loadPlugins({
    settings,
    resolve: (name) => Promise.resolve({ rules, ...modules }[name]),
    log: o.log ?? silentLog,
    signal: o.signal ?? new AbortController().signal,
    dataDir: folder,
  })
}

async function refusal(config: Config, modules: Modules): Promise<string> {
  return load(config, modules).then(
    () => 'loaded',
    (error: unknown) => {
      if (isConfigError(error)) return messageOf(error)
      throw error
    },
  )
}

describe('loadPlugins', () => {
  test('makes the providers that the settings name, and no others', async () => {
    await using providers = await load({ stt: 'none' }, {})
    expect(providers.dialogue?.speculative).toBe(dialogue.speculative)
    expect(providers).toMatchObject({ stt: null, tts: null, directory: null, dialer: null })
    expect(providers.list).toEqual([
      { name: 'rules', version: null, kinds: ['dialogue'], active: ['dialogue'] },
    ])
  })

  test('hands each factory its checked options and what it may use', async () => {
    const seen: unknown[] = []
    const voice = definePlugin({
      name: 'voice',
      version: '1.2.3',
      options: z.strictObject({ speed: z.number().default(1) }),
      tts: (options, context) => {
        seen.push(options, context.dataDir, context.signal.aborted)
        return tts
      },
    })
    await using providers = await load(
      { tts: 'voice', plugins: { voice: { speed: 2 } } },
      { voice: { default: voice } },
    )
    expect(seen).toEqual([{ speed: 2 }, folder, false])
    expect(providers.tts?.cacheId).toBe(tts.cacheId)
  })

  test('gives defaults to a plugin that has no options in the settings', async () => {
    let speed = 0
    const voice = definePlugin({
      name: 'voice',
      options: z.strictObject({ speed: z.number().default(1) }),
      tts: (options) => {
        speed = options.speed
        return tts
      },
    })
    await using _ = await load({ tts: './voice.ts' }, { './voice.ts': voice })
    expect(speed).toBe(1)
  })

  test('makes the store of ramais, with the options of an embedded database', async () => {
    let given: unknown
    const store = { place: 'here', url: null, list: async () => [], get: async () => [] }
    const postgres = definePlugin({
      name: 'postgres',
      options: z.looseObject({}),
      ramais: (options) => ((given = options), store),
    })
    await using providers = await load({ ramais: 'embedded' }, { postgres })
    expect(providers.ramais).toBe(store)
    expect(given).toEqual({ embedded: true })
  })

  test('loads a plugin once that serves two kinds', async () => {
    let loads = 0
    const azure = definePlugin({
      name: 'azure',
      options: noOptions,
      stt: () => stt,
      tts: () => tts,
    })
    const { settings } = settingsFrom({
      flags: {},
      env: {},
      config: { stt: 'azure', tts: 'azure', ramais: 'file' },
    })
    await using providers = await loadPlugins({
      settings,
      resolve: async (name) => {
        loads += 1
        return name === 'azure' ? azure : rules
      },
      log: silentLog,
      signal: new AbortController().signal,
      dataDir: folder,
    })
    expect(loads).toBe(2)
    expect(providers.list[0]).toMatchObject({ name: 'azure', active: ['stt', 'tts'] })
  })

  test("takes the hand-over of the dialer's plugin", async () => {
    const asterisk = definePlugin({
      name: 'asterisk',
      options: noOptions,
      dialer: () => dialer,
      handOver: () => handOver,
    })
    await using providers = await load({ dialer: 'asterisk' }, { asterisk })
    expect(providers.handOver).toBe(handOver)
  })

  test('has the next speak for one that fails, and tells how they do', async () => {
    const first = definePlugin({ name: 'first', options: noOptions, tts: () => tts })
    const speech = { rate: 8_000, audio: sound() }
    const second = definePlugin({
      name: 'second',
      options: noOptions,
      tts: () => ({ cacheId: 'second', synthesize: () => Promise.resolve(speech) }),
    })
    await using providers = await load({ tts: ['first', 'second'] }, { first, second })
    const told: string[] = []
    providers.subscribe((event) => void told.push(event.type))
    const { signal } = new AbortController()
    const asked = { rate: 8_000, language: 'pt-BR', voice: {}, signal } as const
    const spoken = await providers.tts?.synthesize('Sim.', asked)
    for await (const _ of spoken?.audio ?? []);
    expect(told).toEqual(['use', 'fallback', 'use'])
    expect(providers.health()).toMatchObject([
      {
        kind: 'tts',
        provider: 'first',
        state: 'closed',
        failures: 1,
        lastError: 'not called here',
      },
      { kind: 'tts', provider: 'second', failures: 0, lastError: null },
      { kind: 'dialogue', provider: 'rules' },
    ])
    expect(providers.list.slice(0, 2)).toMatchObject([
      { name: 'first', active: ['tts'] },
      { name: 'second', active: ['tts'] },
    ])
  })

  test('leaves out, loudly, what its vendor keeps from starting, if another is there', async () => {
    const lines: object[] = []
    const log: Log = { ...silentLog, error: (fields) => void lines.push(fields), child: () => log }
    const down = definePlugin({
      name: 'down',
      options: noOptions,
      tts: () => Promise.reject(new ProviderError('down', 'no route to the vendor')),
    })
    const voice = definePlugin({ name: 'voice', options: noOptions, tts: () => tts })
    await using providers = await load({ tts: ['down', 'voice'] }, { down, voice }, { log })
    expect(providers.tts?.cacheId).toBe(tts.cacheId)
    expect(lines).toEqual([
      { kind: 'tts', others: ['voice'], error: expect.stringContaining('no route') as unknown },
    ])
    expect(await refusal({ tts: ['down'] }, { down })).toMatch(/"down" could not start its tts/)
    const wrong = definePlugin({
      name: 'wrong',
      options: noOptions,
      tts: () => Promise.reject(new ConfigError('set plugins.wrong.key')),
    })
    expect(await refusal({ tts: ['wrong', 'voice'] }, { wrong, voice })).toMatch(
      'set plugins.wrong',
    )
  })

  test('closes the providers in reverse order, once', async () => {
    const closed: string[] = []
    const closing = (name: string) => ({
      async [Symbol.asyncDispose]() {
        closed.push(name)
      },
    })
    const both = definePlugin({
      name: 'both',
      options: noOptions,
      stt: () => ({ ...stt, ...closing('stt') }),
      tts: () => ({ ...tts, ...closing('tts') }),
    })
    const providers = await load({ stt: 'both', tts: 'both' }, { both })
    await providers[Symbol.asyncDispose]()
    await providers[Symbol.asyncDispose]()
    expect(closed).toEqual(['tts', 'stt'])
  })

  test('warns of options that no provider uses', async () => {
    const warnings: string[] = []
    const log: Log = {
      ...silentLog,
      warn: (_, message) => void warnings.push(message),
      child: () => log,
    }
    await using _ = await load({ plugins: { rulez: {}, rules: {} } }, {}, { log })
    expect(warnings).toEqual([
      'plugins.rulez holds options, but no provider in the settings uses that plugin',
    ])
  })
})

describe('a plugin that cannot be used is named with the remedy', () => {
  const broken = (change: object) => ({ x: { name: 'x', options: noOptions, ...change } })

  test.each<[string, Modules, RegExp]>([
    ['missing', {}, /plugin "x" is not installed: npm install portaria-plugin-x/],
    ['no plugin', { x: { default: 7 } }, /"x" has no default export that is an object: it must/],
    ['without a name', { x: { options: noOptions } }, /"x" has no name/],
    ['without options', { x: { name: 'x' } }, /"x" has no `options` that are a Standard Schema/],
    ['a factory that is none', broken({ stt: 5 }), /"x" has a "stt" that is not a factory/],
    ['without the factory', broken({ tts: () => tts }), /"x" offers no stt \(it offers tts\)/],
    [
      'a factory that throws',
      broken({ stt: () => Promise.reject(new Error('no key')) }),
      /"x" could not start its stt: no key\. Mend its options/,
    ],
    [
      'a factory that knows the remedy',
      broken({
        stt: () => {
          throw new ConfigError('set AZURE_SPEECH_KEY')
        },
      }),
      /"x" could not start its stt: set AZURE_SPEECH_KEY$/,
    ],
    [
      'a factory of nothing',
      broken({ stt: () => null }),
      /stt factory returned nothing that could/,
    ],
    [
      'a factory of half a provider',
      broken({ stt: () => ({ rates: [8000], open() {} }) }),
      /its stt factory returned a provider without `partials` \(true or false\)/,
    ],
    [
      'a schema that throws',
      broken({
        stt: () => stt,
        options: {
          '~standard': {
            validate() {
              throw new Error('oops')
            },
          },
        },
      }),
      /"x" failed while it checked its options: oops/,
    ],
  ])('%s', async (_, modules, message) => {
    expect(await refusal({ stt: 'x' }, modules)).toMatch(message)
  })

  test('a bad option, by its place in the configuration', async () => {
    const x: Plugin<{ region: string }> = definePlugin({
      name: 'x',
      options: z.strictObject({ region: z.string() }),
      stt: () => stt,
    })
    const config = { stt: 'x', plugins: { x: { region: 5, keey: 1 } } }
    const message = await refusal(config, { x })
    expect(message).toContain('plugin "x" refuses its options; change them in the configuration:')
    expect(message).toMatch(/\n {2}plugins\.x\.region: .*string/)
    expect(message).toContain('"keey"')
  })

  test('a module that throws while it loads', async () => {
    const path = join(folder, 'throws.mjs')
    await writeFile(path, "throw new Error('boom at load')")
    const { settings } = settingsFrom({ flags: {}, env: {}, config: { stt: './throws.mjs' } })
    const loading = loadPlugins({
      settings,
      resolve: (name) => import(pathToFileURL(join(folder, name)).href) as Promise<unknown>,
      log: silentLog,
      signal: new AbortController().signal,
      dataDir: folder,
    })
    await expect(loading).rejects.toThrow(
      /plugin "\.\/throws\.mjs" failed while it was loaded: boom at load\. Mend or update/,
    )
    await expect(loading).rejects.toSatisfy(isConfigError)
  })

  test('and leaves no provider running that was made before it', async () => {
    let closed = 0
    const first = definePlugin({
      name: 'first',
      options: noOptions,
      stt: () => ({
        ...stt,
        [Symbol.dispose]() {
          closed += 1
        },
      }),
    })
    expect(await refusal({ stt: 'first', dialogue: 'missing' }, { first })).toContain('"missing"')
    expect(closed).toBe(1)
  })

  test('but a stop while it starts is a stop, and what comes late is closed', async () => {
    const stop = new AbortController()
    const late = Promise.withResolvers<SpeechToText>()
    const closed = Promise.withResolvers<void>()
    const slow = definePlugin({
      name: 'slow',
      options: noOptions,
      stt: () => {
        stop.abort(new Error('stopping'))
        return late.promise
      },
    })
    await expect(load({ stt: 'slow' }, { slow }, { signal: stop.signal })).rejects.toThrow(
      'stopping',
    )
    late.resolve({ ...stt, [Symbol.dispose]: () => closed.resolve() } as SpeechToText)
    await closed.promise
  })
})
