import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createHearing, type Hearing, type Transcript } from '../../src/call/hearing.ts'
import { ProviderError } from '../../src/errors.ts'
import { silentLog } from '../../src/log.ts'
import type { Heard, SpeechToText } from '../../src/providers/speech-to-text.ts'
import { type FakeLeg, fakeRecogniser, outage, refusal } from '../providers/fake-providers.ts'

type Told = {
  stable: string[]
  known: { text: string; settled: boolean }[]
  late: Transcript[]
  turns: (Transcript | null)[]
}

/** A leg's hearing on a clock that is cranked by hand. */
function listen(o: { stt?: SpeechToText & { legs?: FakeLeg[] }; resident?: boolean } = {}) {
  const stt = o.stt ?? fakeRecogniser()
  const told: Told = { stable: [], known: [], late: [], turns: [] }
  const gone = new AbortController()
  const hearing = createHearing({
    stt,
    rate: 8_000,
    language: 'pt-BR',
    hints: () => [],
    expect: o.resident === true ? 'yes-no' : 'open',
    events:
      o.resident === true
        ? null
        : {
            known: ({ text, settled }) => void told.known.push({ text, settled }),
            stable: (text) => void told.stable.push(text),
            late: (transcript) => void told.late.push(transcript),
          },
    clock: () => performance.now(),
    signal: gone.signal,
    log: silentLog,
  })
  const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms)
  const hear = async (...parts: Heard[]): Promise<void> => {
    for (const part of parts) (stt as { legs?: FakeLeg[] }).legs?.at(-1)?.push(part)
    await pass(0)
  }
  const end = (lastVoiceMs = performance.now()): void =>
    hearing.end(lastVoiceMs, (transcript) => void told.turns.push(transcript))
  return { hearing, told, gone, pass, hear, end }
}

const partial = (text: string, turn = 1): Heard => ({ type: 'partial', turn, text })
const final = (text: string, turn = 1): Heard => ({ type: 'final', turn, text })
const done = (turn = 1): Heard => ({ type: 'done', turn })
/** Generous: the machine may be slow. */
const patient = { timeout: 12_000 }
const frame = new Int16Array(160).fill(1_000)

let opened: Hearing[] = []
const opening = (o: Parameters<typeof listen>[0] = {}) => {
  const listening = listen(o)
  opened.push(listening.hearing)
  return listening
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
})
afterEach(async () => {
  await Promise.all(opened.map((each) => each[Symbol.asyncDispose]()))
  opened = []
  vi.useRealTimers()
})

describe('words while they are spoken', () => {
  it('are told when they have not changed for 200 ms, each text once, on one line', async () => {
    const { hearing, told, pass, hear, end } = opening()
    await pass(0)
    hearing.begin()
    await hear(partial('tenho uma'))
    await pass(150)
    await hear(partial('tenho  uma\n entrega\u0007'))
    await pass(190)
    expect(told.stable).toEqual([])
    await pass(20)
    await hear(partial('tenho uma entrega'), partial('tenho uma'), partial('tenho uma entrega'))
    await pass(500)
    expect(told.stable).toEqual(['tenho uma entrega'])
    await hear(final('tenho uma entrega'), partial('para o 501'))
    await pass(200)
    end()
    await hear(final('para o 501.'), done())
    await hear(final('demais'), partial('demais'))
    await pass(1_000)
    expect(told.stable).toEqual([
      'tenho uma entrega',
      'tenho uma entrega para o 501',
      'tenho uma entrega para o 501.',
    ])
    expect(told.turns).toEqual([{ text: 'tenho uma entrega para o 501.' }])
  })

  it('are told at most eight times a turn', async () => {
    const { hearing, told, pass, hear, end } = opening()
    await pass(0)
    hearing.begin()
    for (let n = 0; n < 20; n++) {
      await hear(partial(`palavra ${n}`))
      await pass(250)
    }
    end()
    await hear(done())
    expect(told.stable).toHaveLength(8)
  })

  it('are told of the running turn only', async () => {
    const { hearing, told, pass, hear, end } = opening()
    await pass(0)
    hearing.begin()
    end()
    hearing.begin()
    await hear(partial('velho', 1), partial('novo', 2))
    await pass(300)
    end()
    await hear(done(1), done(2))
    expect(told.stable).toEqual(['novo'])
    expect(told.known).toEqual([{ text: 'novo', settled: false }])
  })

  it('are settled by a final, or by a stable partial and the end of speech', async () => {
    const { hearing, told, pass, hear, end } = opening()
    await pass(0)
    hearing.begin()
    await hear({ type: 'end-of-speech', turn: 1 }, partial('sou o Carlos'))
    await pass(300)
    expect(told.known.some(({ settled }) => settled)).toBe(false)
    await hear({ type: 'end-of-speech', turn: 1 })
    expect(told.known.at(-1)).toEqual({ text: 'sou o Carlos', settled: true })
    await hear(partial('sou o Carlos da'), { type: 'end-of-speech', turn: 1 })
    expect(told.known.at(-1)?.settled).toBe(false)
    await pass(200)
    expect(told.known.at(-1)).toEqual({ text: 'sou o Carlos da', settled: true })
    await hear(partial('sou o Carlos da água'), final('Sou o Carlos da água.'))
    expect(told.known.at(-1)).toEqual({ text: 'Sou o Carlos da água.', settled: true })
    end()
    await hear(done())
  })
})

describe('a transcript', () => {
  it('has all that comes until its turn is done', async () => {
    const { hearing, told, pass, hear, end } = opening()
    await pass(0)
    hearing.begin()
    await hear({ ...final('sou o Carlos'), confidence: 0.9 } as Heard)
    end()
    await pass(250)
    await hear({ ...final('da água'), confidence: 0.7 } as Heard)
    await pass(250)
    await hear(done(), done())
    expect(told.turns).toEqual([{ text: 'sou o Carlos da água', confidence: 0.7 }])
    expect(told.late).toEqual([])
  })

  it('is given when its recogniser does not say that it is done with it', async () => {
    const { hearing, told, pass, hear, end } = opening()
    await pass(0)
    hearing.begin()
    end()
    await pass(200)
    await hear(final('é a Ana'))
    await pass(290)
    expect(told.turns).toEqual([])
    await pass(20)
    expect(told.turns).toEqual([{ text: 'é a Ana' }])
    await hear(done())
    await hear(final('depois de pronto'))
    expect(told.late).toEqual([])
  })

  it('waits for what a partial announces, or what may follow a final from before the last voice', async () => {
    const { hearing, told, pass, hear, end } = opening()
    await pass(0)
    hearing.begin()
    await hear(final('sou o Carlos'), partial('da'))
    end()
    await pass(4_000)
    await hear(final('da água'), done())
    hearing.begin()
    await hear(final('apartamento 501', 2))
    await pass(500)
    end(performance.now())
    await pass(4_000)
    await hear(final('bloco B', 2), done(2))
    expect(told.turns.map((turn) => turn?.text)).toEqual([
      'sou o Carlos da água',
      'apartamento 501 bloco B',
    ])
  })

  it('waits for a recogniser that was cut once', async () => {
    const { hearing, told, pass, hear, end } = opening()
    await pass(0)
    hearing.begin()
    end()
    await hear(final('sou o Carlos'))
    await pass(800)
    await hear(final('da água'), done())
    expect(told.turns).toEqual([{ text: 'sou o Carlos' }])
    expect(told.late).toEqual([{ text: 'da água' }])
    hearing.begin()
    end()
    await hear(final('para o 501', 2))
    await pass(800)
    await hear(final('bloco B', 2), done(2))
    expect(told.turns.at(-1)).toEqual({ text: 'para o 501 bloco B' })
  })

  it('of a resident is never given before it is done, and nothing is told after it', async () => {
    const { hearing, told, pass, hear, end } = opening({ resident: true })
    await pass(0)
    hearing.begin()
    end()
    await hear(final('pode'))
    await pass(4_000)
    await hear(final('não'), done())
    expect(told.turns).toEqual([{ text: 'pode não' }])
    hearing.begin()
    end()
    await pass(5_000)
    expect(told.turns).toHaveLength(2)
    await hear(final('sim', 2), partial('sim', 2), done(2))
    await pass(1_000)
    expect(told).toMatchObject({ late: [], stable: [], known: [] })
  })

  it('names who understood it', async () => {
    const ear = fakeRecogniser()
    const stt = {
      ...ear,
      open: async (o: Parameters<SpeechToText['open']>[0]) =>
        Object.assign(await ear.open(o), { by: 'azure' }),
    }
    const { hearing, told, pass, hear, end } = opening({ stt })
    await pass(0)
    hearing.begin()
    end()
    await hear(final('oi'), done())
    expect(told.turns).toEqual([{ text: 'oi', by: 'azure' }])
  })
})

describe('words that come too late for their turn', () => {
  it('are told once each, for ten seconds, in the order of turns', async () => {
    const { hearing, told, pass, hear, end } = opening()
    await pass(0)
    for (let turn = 1; turn <= 3; turn++) {
      hearing.begin()
      end()
    }
    await pass(5_000)
    expect(told.turns).toEqual([{ text: '' }, { text: '' }, { text: '' }])
    await hear(final('um', 1), final('um', 1), final('dois', 2), final('um de novo', 1))
    await hear(final(' \u0000 ', 2), final('dois e meio', 2), done(2), final('três', 2))
    expect(told.late.map(({ text }) => text)).toEqual(['um', 'dois', 'dois e meio'])
    await pass(10_001)
    await hear(final('muito tarde', 3))
    expect(told.late).toHaveLength(3)
  })

  it('of what was no speech are told to nobody', async () => {
    const { hearing, told, pass, hear } = opening()
    await pass(0)
    hearing.begin()
    hearing.drop()
    await hear(final('ruído'), done())
    expect(told).toEqual({ stable: [], known: [], late: [], turns: [] })
  })
})

describe('a leg that ends', () => {
  it('leaves no timer behind, whatever was going on', async () => {
    const { hearing, told, pass, hear, end, gone } = opening()
    await pass(0)
    hearing.begin()
    await hear(partial('sou a'))
    end()
    hearing.begin()
    await hear(final('oi', 1), partial('sou', 2))
    expect(vi.getTimerCount()).toBeGreaterThan(0)
    gone.abort()
    await hearing[Symbol.asyncDispose]()
    expect(vi.getTimerCount()).toBe(0)
    expect(told.turns).toHaveLength(1)
  })
})

describe('what no recogniser should send', () => {
  it('changes nothing: turns that are not, before they begin, twice, or longer than anybody speaks', async () => {
    const { hearing, told, pass, hear, end } = opening()
    await pass(0)
    await hear(final('antes'), done(), partial('antes'), { type: 'end-of-speech', turn: 7 })
    hearing.begin()
    const long = 'não '.repeat(25_000)
    await hear(partial(long), final('de outro', 9), done(9), partial('sou a Ana'))
    await pass(300)
    end()
    await hear(final('sou \u0000\u001b[31ma\tAna\ud800'), done(), done())
    hearing.begin()
    await hear(final('sim', 2), final(long, 2))
    end()
    await hear(done(2))
    expect(told.stable).toEqual(['sou a Ana', 'sou [31ma Ana\ufffd', 'sim'])
    expect(told.turns).toEqual([{ text: 'sou [31ma Ana\ufffd' }, { text: '' }])
  })

  it('costs little: ten thousand partials of a turn are one timer', async () => {
    const { hearing, told, pass, hear, end } = opening()
    await pass(0)
    hearing.begin()
    await hear(...Array.from({ length: 10_000 }, (_, n) => partial(`palavra ${n}`)))
    expect(vi.getTimerCount()).toBe(1)
    await pass(200)
    end()
    await hear(done())
    expect(told.stable).toEqual(['palavra 9999'])
  })
})

describe('a recogniser that is lost', () => {
  /** It fails as told, the first times. */
  const failing = (failures: (() => unknown)[]) => {
    const ear = fakeRecogniser()
    return {
      ...ear,
      open(o: Parameters<SpeechToText['open']>[0]) {
        const failure = failures.shift()
        return failure === undefined ? ear.open(o) : Promise.reject(failure())
      },
    }
  }

  beforeEach(() => void vi.useRealTimers())

  /** One turn on a leg; what was told of it. */
  const turnOn = async (
    { hearing, told, end }: ReturnType<typeof listen>,
    stt: { legs: FakeLeg[] },
    ...parts: Heard[]
  ) => {
    const before = told.turns.length
    hearing.begin()
    for (let n = 0; n < 10; n++) hearing.frame(frame)
    end()
    for (const part of parts) stt.legs.at(-1)?.push(part)
    await expect.poll(() => told.turns.length, patient).toBe(before + 1)
    return told.turns.at(-1)
  }

  it('is opened again while the leg lives, and the next turn is heard', async () => {
    const stt = failing([outage, () => 'a string'])
    const listening = listen({ stt })
    const { hearing, told, end } = listening
    expect(await turnOn(listening, stt)).toBeNull()
    expect(hearing.canHear).toBe(false)
    // Begun without ears: what comes of it later is none of the new recogniser's business.
    hearing.begin()
    hearing.frame(frame)
    await expect.poll(() => stt.legs.length, patient).toBe(1)
    hearing.frame(frame)
    end()
    expect(told.turns).toEqual([null, null])
    expect(await turnOn(listening, stt, final('oi', 3), done(3))).toEqual({ text: 'oi' })
    expect(stt.legs[0]?.told).toEqual(['begin 3 ', 'end 3'])
    expect(hearing.canHear).toBe(true)
    await hearing[Symbol.asyncDispose]()
  }, 20_000)

  it('can hear again with the first words only: that it opens is no proof', async () => {
    const stt = failing([outage])
    const listening = listen({ stt })
    await expect.poll(() => stt.legs.length, patient).toBe(1)
    expect(listening.hearing.canHear).toBe(false)
    expect(await turnOn(listening, stt, done(1))).toBeNull()
    expect(await turnOn(listening, stt, final(' ', 2), done(2))).toBeNull()
    expect(listening.hearing.canHear).toBe(false)
    expect(await turnOn(listening, stt, final('oi', 3), done(3))).toEqual({ text: 'oi' })
    expect(listening.hearing.canHear).toBe(true)
    expect(await turnOn(listening, stt, done(4))).toEqual({ text: '' })
    await listening.hearing[Symbol.asyncDispose]()
  }, 20_000)

  it.each([
    ['ends its stream', (leg: FakeLeg) => leg.end()],
    ['throws a string', (leg: FakeLeg) => leg.fail('a string')],
    ['is down', (leg: FakeLeg) => leg.fail(outage())],
  ])(
    'in the middle of a turn costs that turn only: it %s',
    async (_, lose) => {
      const stt = fakeRecogniser()
      const listening = listen({ stt })
      const { hearing, told, end } = listening
      await expect.poll(() => stt.legs.length, patient).toBe(1)
      hearing.begin()
      for (const leg of stt.legs) lose(leg)
      await expect.poll(() => hearing.canHear, patient).toBe(false)
      end()
      expect(told.turns).toEqual([null])
      await expect.poll(() => stt.legs.length, patient).toBe(2)
      expect(stt.legs[0]?.closed).toBe(true)
      expect(await turnOn(listening, stt, final('oi', 2), done(2))).toEqual({ text: 'oi' })
      await hearing[Symbol.asyncDispose]()
      expect(stt.legs[1]?.closed).toBe(true)
    },
    20_000,
  )

  it.each([
    ['a visitor are not lost with it', false, { text: 'sou a Ana' }],
    ['a resident are half an answer: a doubt', true, null],
  ])('after words of %s', async (_, resident, transcript) => {
    const stt = fakeRecogniser()
    const listening = listen({ stt, resident })
    await expect.poll(() => stt.legs.length, patient).toBe(1)
    const turn = turnOn(listening, stt, final('sou a Ana'))
    stt.legs[0]?.fail(outage())
    expect(await turn).toEqual(transcript)
    await listening.hearing[Symbol.asyncDispose]()
  })

  it('by throwing where it must not is opened again', async () => {
    const ear = fakeRecogniser()
    const bad = {
      ...ear,
      open: async (o: Parameters<SpeechToText['open']>[0]) => {
        const opened = await ear.open(o)
        if (ear.legs.length > 1) return opened
        const end = (): void => {
          throw 'a bug' as unknown as Error
        }
        return { ...opened, end }
      },
    }
    const listening = listen({ stt: bad })
    await expect.poll(() => ear.legs.length, patient).toBe(1)
    expect(await turnOn(listening, ear)).toBeNull()
    expect(listening.hearing.canHear).toBe(false)
    await expect.poll(() => ear.legs.length, patient).toBe(2)
    expect(await turnOn(listening, ear, final('oi', 2), done(2))).toEqual({ text: 'oi' })
    await listening.hearing[Symbol.asyncDispose]()
  }, 20_000)

  it('is not opened again after a refusal', async () => {
    const stt = failing([refusal, () => new ProviderError('x', 'never asked')])
    const { hearing } = listen({ stt })
    await expect.poll(() => hearing.canHear, patient).toBe(false)
    await hearing[Symbol.asyncDispose]()
    expect(stt.legs).toEqual([])
  })
})
