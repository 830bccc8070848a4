import { describe, expect, test } from 'vitest'
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
        stt: null,
        tts: 'espeak',
        dialogue: 'rules',
        directory: null,
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
    expect(settings).toMatchObject({ stt: null, tts: null, dialer: null })
  })

  test('says in one line which known variables it does not use yet, and never their values', () => {
    const { notices } = settle({
      env: {
        AI_API_URL: 'http://canary',
        MAX_CONCURRENT_SYNTHESIS: '7',
        AZURE_SPEECH_KEY: '',
        HOME: '/root',
      },
    })
    expect(notices).toHaveLength(1)
    expect(notices[0]).toContain('AI_API_URL, MAX_CONCURRENT_SYNTHESIS')
    expect(notices[0]).not.toMatch(/canary|AZURE|HOME/)
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
