import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { loadVoiceDetector } from '../../src/audio/voice-detector.ts'
import { createEars } from '../../src/call/ears.ts'
import type { Leg, LegListener, LegOptions, SpokenTurn } from '../../src/call/leg.ts'
import { silentLog } from '../../src/log.ts'
import type { Heard } from '../../src/providers/speech-to-text.ts'
import { entrega, join, silence } from '../audio/made-sounds.ts'
import { type FakeLeg, fakeRecogniser } from '../providers/fake-providers.ts'

const detector = await loadVoiceDetector()
const mouth = { pause() {}, resume: () => false } as unknown as Leg['mouth']

/** The ears of a leg whose clock, frames and ticks are cranked by hand, 20 ms at a time. */
function listen(
  o: {
    role?: 'visitor' | 'resident'
    partials?: boolean
    silenceMs?: number
    /** Called every 20 ms of the first turn. */
    recogniser?: (leg: FakeLeg, nowMs: number) => void
  } = {},
) {
  const ear = fakeRecogniser({
    onEnd: (leg, turn) => {
      leg.push({ type: 'final', turn, text: 'fim' })
      leg.push({ type: 'done', turn })
    },
  })
  const gone = new AbortController()
  const turns: SpokenTurn[] = []
  const over: number[] = []
  const told: string[] = []
  const listener: LegListener = {
    digit() {},
    onset: () => void told.push('onset'),
    falseStart: () => void told.push('false start'),
    over: ({ endMs, overMs }) => void over.push(Math.round(overMs - endMs)),
    turn: (turn) => void turns.push(turn),
    stable: (text) => void told.push(`stable ${text}`),
    late: ({ text }) => void told.push(`late ${text}`),
  }
  const options = {
    connection: { rate: 8_000 },
    role: o.role ?? 'visitor',
    language: 'pt-BR',
    silenceMs: o.silenceMs ?? 700,
    stt: { ...ear, partials: o.partials ?? true },
    detector,
    clock: () => performance.now(),
    log: silentLog,
  } as unknown as LegOptions
  const ears = createEars(options, { mouth, signal: gone.signal, listener: () => listener })
  const hear = (...parts: Heard[]): void => {
    for (const part of parts) ear.legs[0]?.push(part)
  }
  /** Sound in, or so many milliseconds of silence. */
  const play = async (sound: Int16Array | number): Promise<void> => {
    const samples = typeof sound === 'number' ? silence(sound / 1_000) : sound
    for (let at = 0; at + 160 <= samples.length; at += 160) {
      await vi.advanceTimersByTimeAsync(20)
      ears.onFrame(samples.subarray(at, at + 160))
      ears.tick(performance.now(), -100)
      const [leg] = ear.legs
      if (leg?.told.length === 1) o.recogniser?.(leg, performance.now())
    }
    await vi.advanceTimersByTimeAsync(0)
  }
  const close = (): void => {
    gone.abort()
    ears.close()
  }
  return { ears, play, hear, turns, over, told, close, ear }
}

const final = (text: string, turn = 1): Heard => ({ type: 'final', turn, text })
const partial = (text: string, turn = 1): Heard => ({ type: 'partial', turn, text })

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

describe('the end of a visitor’s turn', () => {
  it('comes after the silence that was set when nothing is known', async () => {
    const { play, over, close } = listen()
    await play(join(silence(1), entrega()))
    await play(1_500)
    expect(over).toEqual([700])
    close()
  })

  it('comes at 400 ms when a complete answer is final, and waits as usual the next time', async () => {
    const { play, hear, over, close } = listen()
    await play(join(silence(1), entrega()))
    await play(200)
    hear(final('uma entrega para o 501'))
    await play(1_500)
    await play(entrega())
    await play(1_500)
    expect(over).toEqual([400, 700])
    close()
  })

  it('comes at once when the final is later than 400 ms', async () => {
    const { play, hear, over, close } = listen()
    await play(join(silence(1), entrega()))
    await play(560)
    hear(final('uma entrega para o 501'))
    await play(1_500)
    expect(over[0]).toBeGreaterThan(480)
    expect(over[0]).toBeLessThan(660)
    close()
  })

  it('comes at 400 ms when the recogniser heard the end of speech, and its words stand', async () => {
    const { play, hear, over, close } = listen()
    await play(join(silence(1), entrega()))
    hear(partial('uma entrega para o 501'))
    await play(240)
    hear({ type: 'end-of-speech', turn: 1 })
    await play(1_500)
    expect(over).toEqual([400])
    close()
  })

  it('comes later when the words plainly go on, and not when no partials could tell the rest', async () => {
    for (const [partials, ms] of [
      [true, 1_100],
      [false, 700],
    ] as const) {
      const { play, hear, over, close } = listen({ partials })
      await play(join(silence(1), entrega()))
      hear(partial('uma entrega para o'))
      await play(2_000)
      expect(over).toEqual([ms])
      close()
    }
  })

  it('comes no sooner for a final that is older than the last voice', async () => {
    const { play, hear, over, close } = listen()
    await play(join(silence(1), entrega().subarray(0, 8 * 1_500)))
    hear(final('tenho uma entrega'))
    await play(entrega().subarray(8 * 1_500))
    await play(1_500)
    expect(over).toEqual([700])
    close()
  })

  it('never comes within 400 ms, and stays one turn, when every word is said to be final', async () => {
    let words = 0
    const { play, over, told, close } = listen({
      recogniser(leg, nowMs) {
        if (nowMs % 200 < 20) leg.push(final(`palavra ${words++}`))
      },
    })
    await play(join(silence(1), entrega(), silence(0.3), entrega(), silence(0.3), entrega()))
    expect(over).toEqual([])
    await play(1_500)
    expect(over).toHaveLength(1)
    expect(over[0]).toBeGreaterThanOrEqual(400)
    expect(told.filter((each) => each === 'onset')).toHaveLength(1)
    close()
  })

  it('tells the visitor’s stable words, and what comes too late', async () => {
    const { play, hear, told, turns, close, ear } = listen()
    await play(join(silence(1), entrega()))
    hear(partial('tenho uma'))
    await play(2_000)
    expect(told).toEqual(['onset', 'stable tenho uma', 'stable fim'])
    expect(turns).toMatchObject([{ transcript: { text: 'fim' } }])
    expect(ear.legs[0]?.told).toEqual(['begin 1 ', 'end 1'])
    close()
    hear(final('depois'))
    await play(100)
    expect(told).toHaveLength(3)
  })
})

describe('the end of a resident’s turn', () => {
  it('keeps its 350 ms whatever is known, and nothing is told before it or after it', async () => {
    const { play, hear, over, told, close } = listen({ role: 'resident', silenceMs: 350 })
    await play(join(silence(1), entrega()))
    hear(partial('pode, mas para o'), final('pode entrar'), { type: 'end-of-speech', turn: 1 })
    await play(1_500)
    hear(final('não'))
    await play(entrega())
    hear(partial('quem é o', 2))
    await play(1_500)
    // Looked at every 20 ms.
    expect(over).toEqual([360, 360])
    expect(told).toEqual(['onset', 'onset'])
    close()
  })
})
