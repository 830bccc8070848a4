import { describe, expect, test } from 'vitest'
import { whyChosen } from '../../src/config/choose-providers.ts'
import { settingsFrom } from '../../src/config/settings-from.ts'

type Given = Partial<Parameters<typeof settingsFrom>[0]>

function settle(given: Given = {}) {
  return settingsFrom({ flags: {}, env: {}, config: {}, ...given })
}

describe('settingsFrom', () => {
  test('fills in every default', () => {
    expect(settle()).toEqual({
      notices: [],
      settings: {
        dataDir: './data',
        logDir: './logs',
        api: { host: '127.0.0.1', port: 8082, token: null, tls: null },
        audiosocket: { bind: null },
        allow: null,
        ramais: 'embedded',
        ramalRemoval: 'drain',
        autoRefreshSeconds: null,
        stt: [],
        tts: ['espeak'],
        dialogue: ['rules'],
        chosenBy: { stt: 'default', tts: 'default', dialogue: 'default' },
        limits: { transcriptions: null, synthesis: null },
        directory: null,
        hints: true,
        dialer: null,
        plugins: { postgres: { embedded: true } },
        language: 'pt-BR',
        condominiums: {},
        silenceMs: 700,
        call: { ringSeconds: 30, ringAttempts: 2, maxSeconds: 600, drainSeconds: 30 },
      },
    })
  })

  test('puts flags before the environment, and the environment before the configuration', () => {
    const config = { api: { port: 1 }, silenceMs: 300, audiosocket: { bind: '10.0.0.1' } }
    const env = {
      API_PORT: '2',
      SILENCE_THRESHOLD_SECONDS: '1.5',
      AUDIOSOCKET_BIND: '::',
      DRAIN_SECONDS: '0',
    }
    expect(settle({ config }).settings.api.port).toBe(1)
    const { settings } = settle({ config, env })
    expect(settings.api.port).toBe(2)
    expect(settings.silenceMs).toBe(1500)
    expect(settings.audiosocket.bind).toBe('::')
    expect(settings.call.drainSeconds).toBe(0)
    expect(settle({ config, env, flags: { apiPort: '3' } }).settings.api.port).toBe(3)
  })

  test('tells recognisers of residents unless the configuration says no', () => {
    expect(settle({}).settings.hints).toBe(true)
    expect(settle({ config: { hints: false } }).settings.hints).toBe(false)
  })

  test('takes an empty variable or flag as not given', () => {
    const { settings } = settle({
      env: { API_PORT: '', SILENCE_THRESHOLD_SECONDS: '  ' },
      flags: { dataDir: '', apiPort: '' },
    })
    expect(settings.api.port).toBe(8082)
    expect(settings.silenceMs).toBe(700)
    expect(settings.dataDir).toBe('./data')
  })

  test.each(['abc', '-1', '70000', '80.5', '1e3', '0x10', 'NaN'])(
    'refuses API_PORT=%s and names the variable and the range',
    (value) => {
      expect(() => settle({ env: { API_PORT: value } })).toThrow(
        /API_PORT must be a whole number from 0 to 65535, not "/,
      )
    },
  )

  test.each(['0', '0.1', '11', '1,5'])('refuses SILENCE_THRESHOLD_SECONDS=%s', (value) => {
    expect(() => settle({ env: { SILENCE_THRESHOLD_SECONDS: value } })).toThrow(
      /SILENCE_THRESHOLD_SECONDS must be a number from 0\.2 to 10/,
    )
  })

  test('refuses a bind address that is no address', () => {
    expect(() => settle({ env: { AUDIOSOCKET_BIND: 'eth0' } })).toThrow(/AUDIOSOCKET_BIND/)
  })

  test.each(['127.0.0.1', '127.9.9.9', 'localhost', '::1'])('lets the API listen on %s', (host) => {
    expect(settle({ flags: { host } }).settings.api.host).toBe(host)
  })

  test.each(['0.0.0.0', '::', '192.168.0.10', 'portaria.example', '128.0.0.1'])(
    'lets the API listen on %s only with a token',
    (host) => {
      expect(() => settle({ flags: { host } })).toThrow(/--host is .*Set API_TOKEN.*127\.0\.0\.1/)
      expect(() => settle({ config: { api: { host } } })).toThrow(/api\.host/)
      const { settings } = settle({ flags: { host }, env: { API_TOKEN: 'a-long-random-text' } })
      expect(settings.api).toMatchObject({ host, token: 'a-long-random-text' })
    },
  )

  test('takes a certificate only with its key', () => {
    const both = { tlsCert: 'cert.pem', tlsKey: 'key.pem' }
    expect(settle({ flags: both }).settings.api.tls).toEqual({ cert: 'cert.pem', key: 'key.pem' })
    expect(settle({ config: { api: both } }).settings.api.tls).not.toBeNull()
    expect(() => settle({ flags: { tlsCert: 'cert.pem' } })).toThrow(/--tls-cert and --tls-key/)
    expect(() => settle({ flags: { tlsKey: 'key.pem' } })).toThrow(/--tls-cert and --tls-key/)
  })

  test('takes none as no plugin', () => {
    const { settings } = settle({ config: { stt: 'none', tts: 'none', dialer: 'none' } })
    expect(settings).toMatchObject({ stt: [], tts: [], dialer: null })
  })
})

describe('who hears, speaks and talks', () => {
  const legacy = {
    AZURE_SPEECH_KEY: ' canary ',
    AZURE_SPEECH_REGION: 'brazilsouth',
    AI_API_URL: 'http://localhost:8000/messages/',
    OPENAI_API_KEY: 'sk-canary',
    MAX_CONCURRENT_TRANSCRIPTIONS: '10',
    MAX_CONCURRENT_SYNTHESIS: '5',
  }

  test('is who the variables of the system before imply, with the offline ones behind', () => {
    const { settings, notices } = settle({ env: legacy })
    expect(settings).toMatchObject({
      stt: ['azure'],
      tts: ['azure', 'espeak'],
      dialogue: ['ai-http', 'rules'],
      limits: { transcriptions: 10, synthesis: 5 },
    })
    expect(settings.plugins).toEqual({
      postgres: { embedded: true },
      azure: { key: 'canary', region: 'brazilsouth' },
      'ai-http': { url: 'http://localhost:8000/messages/' },
    })
    expect(notices).toEqual([])
    expect(['azure', 'espeak'].map((name) => whyChosen('tts', name, settings))).toEqual([
      'AZURE_SPEECH_KEY is set',
      'stands in for azure',
    ])
  })

  test('is only who the configuration names, where it names somebody', () => {
    const config = {
      stt: 'none',
      tts: 'espeak',
      dialogue: ['openai', 'rules'],
      plugins: { openai: { model: 'm', key: 'old' }, azure: { region: 'x' } },
    }
    const { settings } = settle({ env: legacy, config })
    expect(settings).toMatchObject({
      stt: [],
      tts: ['espeak'],
      dialogue: ['openai', 'rules'],
      chosenBy: { stt: 'configuration', tts: 'configuration', dialogue: 'configuration' },
    })
    expect(settings.plugins).toMatchObject({
      openai: { model: 'm', key: 'old' },
      azure: { region: 'x' },
    })
    expect(settings.plugins['ai-http']).toBeUndefined()
  })

  test('is nobody because of a key that many machines have', () => {
    const { settings } = settle({ env: { OPENAI_API_KEY: 'sk-canary', AZURE_SPEECH_KEY: ' ' } })
    expect([settings.stt, settings.tts, settings.dialogue]).toEqual([[], ['espeak'], ['rules']])
    expect(JSON.stringify(settings)).not.toContain('canary')
  })

  test.each([
    ['there is none', {}, 'sk-env'],
    ['the server is OpenAI’s', { baseURL: 'https://api.openai.com/v1' }, 'sk-env'],
    ['the configuration has one', { key: 'sk-own' }, 'sk-own'],
    ['the server is another', { baseURL: 'http://127.0.0.1:8000/v1' }, undefined],
    ['the server only looks alike', { baseURL: 'https://api.openai.com.example/v1' }, undefined],
    ['the server is no address', { baseURL: 'api.openai.com' }, undefined],
    ['a server of somebody has its own', { baseURL: 'http://127.0.0.1/v1', key: 'k' }, 'k'],
  ])('takes OPENAI_API_KEY for OpenAI itself alone: %s', (_, openai, key) => {
    const config = { stt: 'openai', plugins: { openai } }
    const { settings } = settle({ env: { OPENAI_API_KEY: 'sk-env' }, config })
    expect(settings.plugins['openai']).toEqual({ ...openai, ...(key === undefined ? {} : { key }) })
  })

  test('says what a region without a key does: nothing', () => {
    const { notices } = settle({ env: { AZURE_SPEECH_REGION: 'brazilsouth' } })
    expect(notices).toEqual([expect.stringMatching(/^AZURE_SPEECH_REGION .* AZURE_SPEECH_KEY$/u)])
  })

  test('refuses limits that are none, and options that are no object', () => {
    const env = { MAX_CONCURRENT_SYNTHESIS: '0' }
    expect(() => settle({ env })).toThrow(/MAX_CONCURRENT_SYNTHESIS must be a whole number from 1/)
    const config = { plugins: { azure: 'canary' } }
    expect(() => settle({ env: legacy, config })).toThrow('plugins.azure: must be an object')
  })
})

describe('where ramais come from', () => {
  const outside = {
    DB_HOST: 'db.example',
    DB_PASSWORD: ' blank at both ends ',
    DB_NAME: ' ramais ',
  }

  test('is a database of Portaria, unless the environment names another', () => {
    expect(settle().settings.ramais).toBe('embedded')
    expect(settle({ env: { DB_HOST: 'db.example' } }).settings.ramais).toBe('postgres')
    expect(settle({ env: { DATABASE_URL: 'postgres://db' } }).settings.ramais).toBe('postgres')
    expect(settle({ env: { DB_NAME: 'ramais', DB_HOST: ' ' } }).settings.ramais).toBe('embedded')
  })

  test('is what a flag says, then the configuration', () => {
    const config = { ramais: 'file' }
    expect(settle({ env: outside, config }).settings.ramais).toBe('file')
    const flags = { ramais: 'embedded' }
    expect(settle({ env: outside, config, flags }).settings.ramais).toBe('embedded')
    expect(() => settle({ flags: { ramais: 'none' } })).toThrow(/file, embedded, postgres/)
  })

  test('reaches the plugin as it was written, over the configuration', () => {
    const config = { plugins: { postgres: { host: 'old', user: 'doorman' }, other: {} } }
    expect(settle({ env: outside, config }).settings.plugins).toEqual({
      postgres: {
        host: 'db.example',
        user: 'doorman',
        password: ' blank at both ends ',
        database: 'ramais',
      },
      other: {},
    })
    const flags = { ramais: 'embedded' }
    expect(settle({ env: outside, flags }).settings.plugins).toEqual({
      postgres: { embedded: true },
    })
    expect(settle({ env: outside, flags: { ramais: 'file' } }).settings.plugins).toEqual({})
    expect(() => settle({ config: { plugins: { postgres: 'db' } } })).toThrow(/plugins\.postgres/)
  })
})

describe('reading the ramais again', () => {
  test.each([
    [{}, null],
    [{ AUTO_REFRESH: 'true' }, 60],
    [{ AUTO_REFRESH: 'sim', AUTO_REFRESH_SECONDS: '90' }, 90],
    [{ AUTO_REFRESH_SECONDS: '90' }, 90],
    [{ AUTO_REFRESH: '0', AUTO_REFRESH_SECONDS: '90' }, null],
    [{ AUTO_REFRESH: 'False' }, null],
  ])('with %o happens every %s seconds', (env, seconds) => {
    expect(settle({ env }).settings.autoRefreshSeconds).toBe(seconds)
  })

  test('is refused for what is neither yes nor no, or too often', () => {
    expect(() => settle({ env: { AUTO_REFRESH: 'maybe' } })).toThrow(/AUTO_REFRESH must be true or/)
    expect(() => settle({ env: { AUTO_REFRESH_SECONDS: '1' } })).toThrow(/AUTO_REFRESH_SECONDS/)
  })
})

test('a removed ramal drains, or hangs up where that is asked', () => {
  expect(settle({ env: { RAMAL_REMOVAL: 'Hangup' } }).settings.ramalRemoval).toBe('hangup')
  expect(() => settle({ env: { RAMAL_REMOVAL: 'kill' } })).toThrow(/RAMAL_REMOVAL must be drain/)
})
