import { describe, expect, it } from 'vitest'
import { silentLog } from '../../src/log.ts'
import { createComposer, type ProviderEvent } from '../../src/plugins/compose-providers.ts'
import type { Heard, SpeechToText, Transcriber } from '../../src/providers/speech-to-text.ts'
import { withTranscriptWatch } from '../../src/providers/with-transcript-watch.ts'
import { type FakeLeg, fakeRecogniser, understands } from './fake-providers.ts'

const { signal } = new AbortController()
const speechless = (leg: FakeLeg, turn: number): void => leg.push({ type: 'done', turn })

/** 100 ms at 8 kHz. */
function block(peak: number): Uint8Array {
  return new Uint8Array(new Int16Array(800).fill(peak).buffer)
}

async function openLeg(stt: SpeechToText) {
  const leg = await stt.open({ rate: 8_000, languages: [], signal })
  return { leg, parts: leg.heard[Symbol.asyncIterator]() }
}

type OpenLeg = { leg: Transcriber; parts: AsyncIterator<Heard> }

/** Says something for `ms`; what is heard of it, up to its `done`. */
async function say(
  { leg, parts }: OpenLeg,
  turn: number,
  o: { ms?: number; peak?: number } = {},
): Promise<Heard[]> {
  leg.begin(turn, { hints: [], expect: 'open' })
  for (let n = 0; n < (o.ms ?? 1_500) / 100; n++) leg.write(block(o.peak ?? 4_000))
  leg.end(turn)
  const heard: Heard[] = []
  for (;;) {
    const next = await parts.next()
    if (next.done === true) throw new Error('the stream ended')
    heard.push(next.value)
    if (next.value.type === 'done') return heard
  }
}

const errorOf = (heard: readonly Heard[]): unknown => {
  const last = heard.at(-1)
  return last?.type === 'done' ? last.error : 'not done'
}

describe('a recogniser that hears a voice but sends no words', () => {
  it('fails at the second turn in a row when another stands behind', async () => {
    const stt = withTranscriptWatch(fakeRecogniser({ onEnd: speechless }), {
      name: 'azure',
      another: true,
    })
    const open = await openLeg(stt)
    expect(await say(open, 1)).toEqual([{ type: 'done', turn: 1 }])
    await expect(say(open, 2)).rejects.toMatchObject({
      message: 'azure heard a voice, but sent no words for 2 turns in a row',
      provider: 'azure',
      retryable: true,
    })
  })

  it('says so with each such turn when it is the last', async () => {
    const stt = withTranscriptWatch(fakeRecogniser({ onEnd: speechless }), {
      name: 'azure',
      another: false,
    })
    const open = await openLeg(stt)
    expect(errorOf(await say(open, 1))).toBeUndefined()
    for (const turn of [2, 3]) expect(errorOf(await say(open, turn))).toBeInstanceOf(Error)
  })

  it('is not blamed for single turns between those that it understands', async () => {
    const ear = fakeRecogniser({
      onEnd: (leg, turn) => (turn % 2 === 0 ? understands('oi') : speechless)(leg, turn),
    })
    const open = await openLeg(withTranscriptWatch(ear, { name: 'azure', another: true }))
    for (let turn = 1; turn <= 9; turn++) expect(errorOf(await say(open, turn))).toBeUndefined()
  })

  it.each([
    ['short turns', { ms: 700 }],
    ['turns without sound', { peak: 50 }],
  ])('is not blamed for %s', async (_, how) => {
    const ear = fakeRecogniser({ onEnd: speechless })
    const open = await openLeg(withTranscriptWatch(ear, { name: 'azure', another: true }))
    for (let turn = 1; turn <= 5; turn++) {
      expect(errorOf(await say(open, turn, how))).toBeUndefined()
    }
  })

  it('is found over legs, each of which had one such turn only, until it understands again', async () => {
    let deaf = true
    const ear = fakeRecogniser({
      onEnd: (leg, turn) => (deaf ? speechless : understands('oi'))(leg, turn),
    })
    const stt = withTranscriptWatch(ear, { name: 'azure', another: true })
    for (let leg = 0; leg < 2; leg++) await say(await openLeg(stt), 1)
    for (let leg = 2; leg < 4; leg++) {
      await expect(say(await openLeg(stt), 1)).rejects.toThrow('sent no words on 3 legs')
    }
    deaf = false
    await say(await openLeg(stt), 1)
    deaf = true
    expect(errorOf(await say(await openLeg(stt), 1))).toBeUndefined()
  })

  it('hands the turn to the next, and is not asked any more when its breaker is open', async () => {
    const composer = createComposer({
      limits: { transcriptions: null, synthesis: null },
      log: silentLog,
    })
    const events: ProviderEvent[] = []
    composer.subscribe((event) => void events.push(event))
    const mute = fakeRecogniser({ onEnd: speechless })
    const good = fakeRecogniser({ onEnd: understands('apartamento 501') })
    const stt = composer.compose('stt', [
      { name: 'mute', provider: mute },
      { name: 'good', provider: good },
    ])
    if (stt === null) throw new Error('no recogniser')
    const first = await openLeg(stt)
    expect(await say(first, 1)).toEqual([{ type: 'done', turn: 1 }])
    expect(await say(first, 2)).toMatchObject([{ text: 'apartamento 501' }, { type: 'done' }])
    // The turn came whole: 1.5 s of it.
    expect(good.legs[0]?.bytes.get(2)).toBe(24_000)
    for (let leg = 0; leg < 4; leg++) await say(await openLeg(stt), 1)
    expect(composer.health().map(({ provider, state }) => `${provider} ${state}`)).toEqual([
      'mute open',
      'good closed',
    ])
    const asked = mute.legs.length
    expect(await say(await openLeg(stt), 1)).toHaveLength(2)
    expect(mute.legs).toHaveLength(asked)
    expect(events).toContainEqual(expect.objectContaining({ type: 'fallback', from: 'mute' }))
  })

  it('shows in health and metrics when nobody stands behind it', async () => {
    const composer = createComposer({
      limits: { transcriptions: null, synthesis: null },
      log: silentLog,
    })
    const outcomes: string[] = []
    composer.subscribe((event) => {
      if (event.type === 'use' && event.operation === 'turn') outcomes.push(event.outcome)
    })
    const mute = fakeRecogniser({ onEnd: speechless })
    const stt = composer.compose('stt', [{ name: 'mute', provider: mute }])
    if (stt === null) throw new Error('no recogniser')
    const open = await openLeg(stt)
    for (const turn of [1, 2]) await say(open, turn)
    expect(outcomes).toEqual(['ok', 'failed'])
    expect(composer.health()).toMatchObject([
      { failures: 1, lastError: 'mute heard a voice, but sent no words for 2 turns in a row' },
    ])
  })
})

describe('a recogniser that sends without end', () => {
  it('fails, and lets others work meanwhile', async () => {
    async function* flood(): AsyncGenerator<Heard> {
      for (let n = 0; ; n++) yield { type: 'partial', turn: 1, text: `a ${n}` }
    }
    const ear = fakeRecogniser()
    const stt: SpeechToText = {
      ...ear,
      open: async (o) => ({ ...(await ear.open(o)), heard: flood() }),
    }
    const watched = withTranscriptWatch(stt, { name: 'mad', another: true })
    let ticks = 0
    const ticking = setInterval(() => (ticks += 1), 0)
    await expect(say(await openLeg(watched), 1)).rejects.toThrow('mad sent more than 2000 parts')
    clearInterval(ticking)
    expect(ticks).toBeGreaterThan(0)
  })
})
