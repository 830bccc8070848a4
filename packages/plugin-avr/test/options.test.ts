import { isConfigError } from '@portaria/core/plugin'
import { expect, it } from 'vitest'
import plugin from '../src/index.ts'
import { dialogueOf, sttOf, ttsOf } from './providers.ts'

it.each([
  ['stt', { url: 'http://127.0.0.1:6021/transcribe' }, /mode/u],
  ['stt', { url: 'http://127.0.0.1:6010/speech-to-text-stream', mode: 'transcribe' }, /mode/u],
  ['stt', { url: '127.0.0.1:6010' }, /address, such as/u],
  ['stt', {}, /url/u],
  ['stt', { url: 'http://a/b', mode: 'whole' }, /mode/u],
  ['dialogue', { url: 'ws://127.0.0.1/prompt-stream' }, /address, such as/u],
  ['tts', { url: 'http://127.0.0.1:6003', rate: 16_000 }, /rate/u],
] as const)('names what is wrong with %s: %o', async (kind, section, message) => {
  const make = { stt: sttOf, tts: ttsOf, dialogue: dialogueOf }[kind]
  await expect(make(section)).rejects.toThrow(message)
})

it.each([
  ['stt', 'stt'],
  ['tts', 'tts'],
  ['dialogue', 'ai'],
] as const)('says which address %s lacks', async (kind, section) => {
  const parsed = await plugin.options['~standard'].validate({})
  if (parsed.issues !== undefined) throw new TypeError('the options are wrong')
  const { signal } = new AbortController()
  const log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log }
  const make = async (): Promise<unknown> =>
    plugin[kind]?.(parsed.value, { log, signal, dataDir: '/none' })
  const error: unknown = await make().catch((thrown: unknown) => thrown)
  expect(isConfigError(error)).toBe(true)
  expect(String(error)).toMatch(new RegExp(`plugins\\.avr\\.${section}\\.url`, 'u'))
})
