import { describe, expect, it } from 'vitest'
import type { Heard, Transcriber } from '../../src/providers/speech-to-text.ts'
import { withSttFallback } from '../../src/providers/with-stt-fallback.ts'
import {
  type FakeRecogniser,
  fakeRecogniser,
  outage,
  refusal,
  understands,
} from './fake-providers.ts'

const block = new Uint8Array(1_600)

async function hearing(recognisers: readonly FakeRecogniser[]) {
  const fallen: string[] = []
  const stt = withSttFallback(
    recognisers.map((provider, n) => ({ name: `ear${n}`, provider })),
    { onFallback: ({ from, to }) => void fallen.push(`${from} > ${to}`) },
  )
  const stop = new AbortController()
  const leg = await stt.open({ rate: 8_000, languages: ['pt-BR'], signal: stop.signal })
  const parts = leg.heard[Symbol.asyncIterator]()
  /** Everything up to the next `done`. */
  const turnHeard = async (): Promise<Heard[]> => {
    const heard: Heard[] = []
    for (;;) {
      const next = await parts.next()
      if (next.done === true) throw new Error('the stream ended')
      heard.push(next.value)
      if (next.value.type === 'done') return heard
    }
  }
  return { leg, parts, turnHeard, fallen, stop }
}

function speak(leg: Transcriber, turn: number, blocks = 3): void {
  leg.begin(turn, { hints: ['Daniel'], expect: 'open' })
  for (let n = 0; n < blocks; n++) leg.write(block)
}

describe('a recogniser with a fallback', () => {
  it('opens the second when the first cannot be opened', async () => {
    const first = fakeRecogniser({ open: () => Promise.reject(refusal()) })
    const second = fakeRecogniser({ onEnd: understands('boa tarde') })
    const { leg, turnHeard, fallen } = await hearing([first, second])
    speak(leg, 1)
    leg.end(1)
    expect(await turnHeard()).toMatchObject([{ text: 'boa tarde' }, { type: 'done', turn: 1 }])
    expect(fallen).toEqual(['ear0 > ear1'])
    await leg[Symbol.asyncDispose]()
    expect(second.legs[0]?.closed).toBe(true)
  })

  it('tells the second all of a turn in which the first dies, and goes on with it', async () => {
    const first = fakeRecogniser()
    const second = fakeRecogniser({ onEnd: understands('quinhentos e um') })
    const { leg, turnHeard } = await hearing([first, second])
    speak(leg, 1)
    first.legs[0]?.fail(outage())
    await expect.poll(() => second.legs[0]?.told).toEqual(['begin 1 Daniel'])
    leg.write(block)
    leg.end(1)
    expect(await turnHeard()).toMatchObject([{ text: 'quinhentos e um' }, { type: 'done' }])
    expect(second.legs[0]?.bytes.get(1)).toBe(4 * block.length)
    expect(first.legs[0]?.closed).toBe(true)
    speak(leg, 2)
    leg.end(2)
    await turnHeard()
    expect(first.legs).toHaveLength(1)
  })

  it('resamples for a second that has another rate', async () => {
    const first = fakeRecogniser()
    const second = fakeRecogniser({ rates: [16_000], onEnd: understands('oi') })
    const { leg, turnHeard } = await hearing([first, second])
    speak(leg, 1)
    leg.end(1)
    first.legs[0]?.fail(outage())
    await turnHeard()
    expect(second.legs[0]?.bytes.get(1)).toBe(2 * 3 * block.length)
  })

  it('repeats no words: what the first understood is not told again', async () => {
    const first = fakeRecogniser()
    const second = fakeRecogniser({ onEnd: understands('bloco B') })
    const { leg, turnHeard } = await hearing([first, second])
    speak(leg, 1, 10)
    first.legs[0]?.push({ type: 'final', turn: 1, text: 'apartamento 501' })
    expect((await leg.heard[Symbol.asyncIterator]().next()).value).toMatchObject({ type: 'final' })
    leg.write(block)
    first.legs[0]?.fail(outage())
    await expect.poll(() => second.legs.length).toBe(1)
    leg.end(1)
    expect(await turnHeard()).toMatchObject([{ text: 'bloco B' }, { type: 'done' }])
    // 300 ms from before the final, and what came after it.
    expect(second.legs[0]?.bytes.get(1)).toBe(4 * block.length)
  })

  it('is done with a turn that is over and was understood', async () => {
    const first = fakeRecogniser({
      onEnd(leg, turn) {
        leg.push({ type: 'final', turn, text: 'é o João' })
        leg.fail(outage())
      },
    })
    const second = fakeRecogniser()
    const { leg, turnHeard } = await hearing([first, second])
    speak(leg, 1)
    leg.end(1)
    expect(await turnHeard()).toMatchObject([{ text: 'é o João' }, { type: 'done', turn: 1 }])
    expect(second.legs[0]?.told).toEqual([])
  })

  it('asks the same again after an outage, never after a refusal, and then gives up', async () => {
    const alone = fakeRecogniser()
    const again = await hearing([alone])
    alone.legs[0]?.fail(outage())
    await expect.poll(() => alone.legs.length).toBe(2)
    alone.legs[1]?.fail(outage())
    await expect(again.parts.next()).rejects.toThrow('the vendor is down')
    expect(again.fallen).toEqual(['ear0 > ear0', 'ear0 > null'])

    const refused = fakeRecogniser({ open: () => Promise.reject(refusal()) })
    await expect(hearing([refused])).rejects.toThrow('the key is refused')
    expect(refused.legs).toEqual([])
  })

  it('goes on after a recogniser that throws where it must not', async () => {
    const ear = fakeRecogniser()
    const bad: FakeRecogniser = Object.assign({}, ear, {
      open: async (o: Parameters<FakeRecogniser['open']>[0]) => ({
        ...(await ear.open(o)),
        begin() {
          throw new Error('a bug')
        },
      }),
    })
    const second = fakeRecogniser({ onEnd: understands('oi') })
    const { leg, turnHeard } = await hearing([bad, second])
    speak(leg, 1)
    leg.end(1)
    expect(await turnHeard()).toMatchObject([{ text: 'oi' }, { type: 'done' }])
  })

  it('ends with its leg, and opens nobody any more', async () => {
    const first = fakeRecogniser()
    const second = fakeRecogniser()
    const { parts, stop, leg } = await hearing([first, second])
    speak(leg, 1)
    stop.abort(new Error('hung up'))
    expect((await parts.next()).done).toBe(true)
    await leg[Symbol.asyncDispose]()
    expect([first.legs[0]?.closed, second.legs]).toEqual([true, []])
  })
})
