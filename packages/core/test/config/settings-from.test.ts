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
        api: { host: '127.0.0.1', port: 8082 },
        audiosocket: { bind: null },
        allow: null,
        ramais: 'file',
        stt: null,
        tts: 'espeak',
        dialogue: 'rules',
        directory: null,
        dialer: null,
        plugins: {},
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
    'refuses the API on %s, where it would need a token',
    (host) => {
      expect(() => settle({ flags: { host } })).toThrow(/no token.*Use 127\.0\.0\.1/)
      expect(() => settle({ config: { api: { host } } })).toThrow(/api\.host/)
    },
  )

  test('takes none as no plugin', () => {
    const { settings } = settle({ config: { stt: 'none', tts: 'none', dialer: 'none' } })
    expect(settings).toMatchObject({ stt: null, tts: null, dialer: null })
  })

  test('says in one line which known variables it does not use yet, and never their values', () => {
    const { notices } = settle({
      env: { DB_PASSWORD: 'canary', AI_API_URL: 'http://x', AZURE_SPEECH_KEY: '', HOME: '/root' },
    })
    expect(notices).toHaveLength(1)
    expect(notices[0]).toContain('DB_PASSWORD, AI_API_URL')
    expect(notices[0]).not.toMatch(/canary|AZURE|HOME/)
  })

  test('refuses another source of ramais than a file', () => {
    expect(() => settle({ flags: { ramais: 'postgres' } })).toThrow(/--ramais must be file/)
  })
})
