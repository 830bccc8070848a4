import { describe, expect, it } from 'vitest'
import { ProviderError } from '@portaria/core/plugin'
import { failureOf } from '../../src/conformance/check.ts'
import { sttConformance } from '../../src/conformance/stt.ts'
import { ttsConformance } from '../../src/conformance/tts.ts'
import { createScriptedStt } from '../../src/scripted-stt.ts'
import { createToneVoice } from '../../src/tone-voice.ts'

describe('the scripted recogniser keeps the contract of a recogniser', () => {
  const script = { legs: [Array.from({ length: 9 }, (_, n) => `turno ${n}`)] }
  it.each(sttConformance({ make: () => createScriptedStt(script), understood: /^turno 0$/u }))(
    '$title',
    ({ run }) => run(),
  )
})

describe('the voice of tones keeps the contract of a voice', () => {
  it.each(ttsConformance({ make: () => createToneVoice() }))('$title', ({ run }) => run())
})

describe('a conformance suite', () => {
  it('fails what does not end, what is silent, and what is left behind', async () => {
    const voice = createToneVoice()
    const stuck = ttsConformance({
      make: () => ({ ...voice, synthesize: () => new Promise<never>(() => undefined) }),
      limitMs: 20,
    })
    const silent = ttsConformance({ make: () => createToneVoice({ amplitude: 0 }) })
    const leaky = ttsConformance({
      make: () => ({
        ...voice,
        synthesize(text, o) {
          o.signal.addEventListener('abort', () => undefined)
          return voice.synthesize(text, o)
        },
      }),
      limitMs: 20,
    })
    const failing = async (checks: typeof stuck): Promise<string> => {
      const check = checks.find(({ title }) => title.startsWith('speaks a sentence'))
      return String(await failureOf(check?.run() ?? Promise.resolve()))
    }
    expect(await failing(stuck)).toContain('synthesize did not settle within 20 ms')
    expect(await failing(silent)).toContain('is silence')
    expect(await failing(leaky)).toContain('1 listeners were left')
  })

  it('takes no fault that is told wrongly', async () => {
    const fault = (error: Error) => ({
      title: 'a wrong key',
      retryable: false,
      message: /plugins\.x\.key/u,
      make: () => ({ cacheId: 'x', synthesize: () => Promise.reject(error) }),
    })
    const outcome = async (error: Error): Promise<string> => {
      const checks = ttsConformance({ make: () => createToneVoice(), faults: [fault(error)] })
      return String(await failureOf(checks.at(-1)?.run() ?? Promise.resolve()))
    }
    expect(await outcome(new ProviderError('x', 'mend plugins.x.key'))).toContain('nothing failed')
    expect(await outcome(new ProviderError('x', 'no'))).toContain('did not match')
    expect(await outcome(new Error('plugins.x.key'))).toContain('must be a ProviderError')
    const retryable = new ProviderError('x', 'plugins.x.key', { retryable: true })
    expect(await outcome(retryable)).toContain('retryable')
  })
})
