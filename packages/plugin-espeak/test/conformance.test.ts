import type { Log } from '@portaria/core/plugin'
import { ttsConformance } from '@portaria/test-kit/conformance/tts'
import { afterAll, describe, it } from 'vitest'
import plugin from '../src/index.ts'

const log: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log }

describe('the offline voice keeps the contract of a voice', () => {
  const stop = new AbortController()
  afterAll(() => stop.abort())
  const options = { cacheMegabytes: 0, wordsPerMinute: 165, pitch: 50 }
  const voice = plugin.tts?.(options, { log, signal: stop.signal, dataDir: '' })
  const make = async () => {
    if (voice === undefined) throw new Error('espeak offers a voice')
    return voice
  }

  it.each(ttsConformance({ make, limitMs: 60_000 }))('$title', { timeout: 120_000 }, ({ run }) =>
    run(),
  )
})
