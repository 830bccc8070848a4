import { describe, expect, it } from 'vitest'
import type { FallenBack } from '../../src/providers/fall-back.ts'
import { withTtsFallback } from '../../src/providers/with-tts-fallback.ts'
import { silentLog } from '../../src/log.ts'
import { createVoiceBox } from '../../src/speech/voice-box.ts'
import {
  asking,
  type FakeVoice,
  fakeVoice,
  lengthOf,
  letterMs,
  outage,
  refusal,
} from './fake-providers.ts'

const sentence = 'aaaa bbbb cccc dddd eeee'

function together(...voices: FakeVoice[]) {
  const fallen: FallenBack[] = []
  const named = voices.map((provider, n) => ({ name: `voice${n}`, provider }))
  return { fallen, tts: withTtsFallback(named, { onFallback: (each) => void fallen.push(each) }) }
}

describe('a voice with a fallback', () => {
  it('leaves the second voice alone while the first speaks', async () => {
    const [first, second] = [fakeVoice(), fakeVoice()]
    const { tts, fallen } = together(first, second)
    const speech = await tts.synthesize(sentence, asking())
    expect(await lengthOf(speech)).toBe(20 * letterMs)
    expect([speech.keep?.(), second.asked, fallen]).toEqual([true, [], []])
    expect(tts.cacheId).toBe(first.cacheId)
  })

  it.each([
    ['is down', fakeVoice({ fails: outage })],
    ['refuses the key', fakeVoice({ fails: refusal })],
    ['dies before the first sound', fakeVoice({ diesAfter: 0 })],
    ['sends silence', fakeVoice({ silent: true })],
  ])(
    'has the whole sentence spoken by the second when the first %s, asked once',
    async (_, first) => {
      const second = fakeVoice({ name: 'second', rate: 16_000 })
      const { tts, fallen } = together(first, second)
      const speech = await tts.synthesize(sentence, asking())
      expect(Math.round(await lengthOf(speech))).toBe(20 * letterMs)
      expect(second.asked).toEqual([sentence])
      expect(first.asked).toEqual([sentence])
      expect(speech.keep?.()).toBe(false)
      expect(fallen).toMatchObject([{ from: 'voice0', to: 'voice1' }])
    },
  )

  it('repeats no word that was heard, once it knows the pace of a voice', async () => {
    const pace = fakeVoice()
    for (const [diesAfter, rest] of [
      [1, 'aaaa bbbb cccc dddd eeee'],
      [4, 'bbbb cccc dddd eeee'],
      [6, 'cccc dddd eeee'],
      [12, 'dddd eeee'],
      [15, 'eeee'],
    ] as const) {
      let dies = false
      const dying = fakeVoice({ diesAfter })
      const first: FakeVoice = {
        ...pace,
        synthesize: (text, o) => (dies ? dying : pace).synthesize(text, o),
      }
      const second = fakeVoice()
      const { tts } = together(first, second)
      await lengthOf(await tts.synthesize(sentence, asking()))
      dies = true
      await lengthOf(await tts.synthesize(sentence, asking()))
      expect(second.asked).toEqual([rest])
    }
  })

  it('tells the last error when all are down', async () => {
    const { tts, fallen } = together(fakeVoice({ fails: refusal }), fakeVoice({ fails: outage }))
    await expect(tts.synthesize(sentence, asking())).rejects.toThrow('the vendor is down')
    expect(fallen.map(({ to }) => to)).toEqual(['voice1', null])
  })

  it('asks nobody else when the caller has gone', async () => {
    const stop = new AbortController()
    const second = fakeVoice()
    const first = fakeVoice({ fails: () => (stop.abort(), outage()) })
    const { tts, fallen } = together(first, second)
    await expect(tts.synthesize(sentence, asking(stop.signal))).rejects.toThrow('down')
    expect([second.asked, fallen]).toEqual([[], []])
  })

  it('keeps no speech of the second voice for the time when the first is back', async () => {
    let down = true
    const first = fakeVoice()
    const second = fakeVoice()
    const flaky: FakeVoice = {
      ...first,
      synthesize: (text, o) => (down ? Promise.reject(outage()) : first.synthesize(text, o)),
    }
    const { tts } = together(flaky, second)
    await using box = createVoiceBox({ tts, log: silentLog })
    const speaking = { rate: 8_000, language: 'pt-BR', signal: asking().signal } as const
    await box.warm([sentence], speaking)
    expect(box.cached.entries).toBe(0)
    down = false
    await box.warm([sentence], speaking)
    expect([box.cached.entries, first.asked, second.asked]).toEqual([1, [sentence], [sentence]])
  })
})
