import assert from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import {
  type Heard,
  isProviderError,
  type Rate,
  type SpeechToText,
  type Transcriber,
} from '@portaria/core/plugin'
import {
  type Bench,
  type Check,
  type ConformanceOptions,
  createChecks,
  failureOf,
  hardTexts,
} from './check.ts'

export type SttConformanceOptions = ConformanceOptions<SpeechToText> & {
  /** Something that the recogniser takes for speech, 16-bit mono. Default: 600 ms of a warble. */
  readonly sound?: (rate: Rate) => Int16Array
  /** What it understands of `sound`. Default: any words. */
  readonly understood?: RegExp
  /** Sound comes as fast as in a call: for recognisers that drop what comes faster. Default false. */
  readonly realTime?: boolean
  /** Default pt-BR. */
  readonly language?: string
}

const hints = { hints: ['Daniel dos Reis', '501'], expect: 'open' } as const

/** What every recogniser promises (packages/core/src/providers/speech-to-text.ts). */
export function sttConformance(o: SttConformanceOptions): readonly Check[] {
  const { checks, check, faults } = createChecks(o)
  const { sound = warble, understood = /\S/u, language = 'pt-BR' } = o

  const open = (bench: Bench<SpeechToText>, rate = rateOf(bench.provider)) => {
    const { signal } = bench.use
    return bench.settled(bench.provider.open({ rate, languages: [language], signal }), 'open')
  }
  const speak = async (transcriber: Transcriber, turn: number, rate: Rate): Promise<void> => {
    transcriber.begin(turn, hints)
    for (const block of blocksOf(sound(rate), rate)) {
      transcriber.write(block)
      // The block was borrowed: whoever kept it without copying now has noise.
      block.fill(0x55)
      if (o.realTime === true) await setTimeout(100)
    }
    transcriber.end(turn)
  }
  /** One turn on a fresh leg, up to its `done`. */
  const understand = async (bench: Bench<SpeechToText>, rate: Rate): Promise<Heard[]> => {
    await using transcriber = await open(bench, rate)
    const hearing = createListener(transcriber).until(1)
    await speak(transcriber, 1, rate)
    return await bench.settled(hearing, 'the turn')
  }

  check('names rates that core has', async ({ provider }) => {
    assert.ok(provider.rates.length > 0)
    for (const rate of provider.rates) assert.ok([8_000, 16_000].includes(rate), `${rate} Hz`)
    assert.equal(typeof provider.partials, 'boolean')
  })

  for (const rate of [8_000, 16_000] as const) {
    check(`hears a turn at ${rate} Hz, and says once that it is done`, async (bench) => {
      if (!bench.provider.rates.includes(rate)) return
      const heard = await understand(bench, rate)
      const said = heard.flatMap((each) => (each.type === 'final' ? [each.text] : []))
      assert.match(said.join(' '), understood)
      for (const each of heard) {
        assert.equal(each.turn, 1)
        const sure = 'confidence' in each ? (each.confidence ?? 1) : 1
        assert.ok(sure >= 0 && sure <= 1, `a confidence of ${sure}`)
      }
    })
  }

  check('hears turn after turn, each by its number', async (bench) => {
    const rate = rateOf(bench.provider)
    await using transcriber = await open(bench)
    const listener = createListener(transcriber)
    for (const turn of [1, 2, 7]) {
      const hearing = listener.until(turn)
      await speak(transcriber, turn, rate)
      await bench.settled(hearing, `turn ${turn}`)
    }
  })

  check('finishes a turn though the next has begun', async (bench) => {
    const rate = rateOf(bench.provider)
    await using transcriber = await open(bench)
    const listener = createListener(transcriber)
    const hearing = listener.until(1).then(() => listener.until(2))
    await speak(transcriber, 1, rate)
    await speak(transcriber, 2, rate)
    await bench.settled(hearing, 'both turns')
  })

  check('is done with a turn without any sound', async (bench) => {
    await using transcriber = await open(bench)
    const hearing = createListener(transcriber).until(1)
    transcriber.begin(1, { hints: [], expect: 'yes-no' })
    transcriber.end(1)
    await bench.settled(hearing, 'the turn')
  })

  check('takes odd bytes, no bytes and strange hints', async (bench) => {
    await using transcriber = await open(bench)
    const hearing = createListener(transcriber).until(1)
    transcriber.begin(1, { hints: [...hardTexts, ...numbers(1_000)], expect: 'unit' })
    for (const length of [0, 1, 3, 1_599, 0, 1_601]) transcriber.write(new Uint8Array(length))
    transcriber.end(1)
    await bench.settled(hearing, 'the turn')
  })

  check('does not mind sound and ends of no turn', async (bench) => {
    await using transcriber = await open(bench)
    transcriber.write(new Uint8Array(1_600))
    transcriber.end(99)
    const hearing = createListener(transcriber).until(1)
    await speak(transcriber, 1, rateOf(bench.provider))
    await bench.settled(hearing, 'the turn')
  })

  check('opens no leg that is over', async (bench) => {
    const signal = AbortSignal.abort(new Error('gone'))
    const rate = rateOf(bench.provider)
    const opening = bench.provider.open({ rate, languages: [language], signal }).then(drain)
    await bench.settled(failureOf(opening), 'a leg that is over')
  })

  check('ends what is heard when the leg is over', async (bench) => {
    const transcriber = await open(bench)
    const hearing = drain(transcriber)
    transcriber.begin(1, hints)
    transcriber.write(new Uint8Array(1_600))
    bench.use.abort(new Error('gone'))
    await bench.settled(failureOf(hearing), 'what is heard')
    await bench.settled(transcriber[Symbol.asyncDispose](), 'closing')
  })

  check('closes in the middle of a turn, twice, and hears no more', async (bench) => {
    const transcriber = await open(bench)
    const hearing = drain(transcriber)
    transcriber.begin(1, hints)
    transcriber.write(new Uint8Array(1_600))
    await bench.settled(transcriber[Symbol.asyncDispose](), 'closing')
    await bench.settled(transcriber[Symbol.asyncDispose](), 'closing again')
    transcriber.write(new Uint8Array(1_600))
    transcriber.end(1)
    transcriber.begin(2, hints)
    await bench.settled(failureOf(hearing), 'what is heard')
  })

  faults(async (bench) => {
    const heard = await understand(bench, rateOf(bench.provider))
    throw new Error(`nothing failed: ${JSON.stringify(heard)}`)
  })
  return checks
}

/** Hears a leg turn by turn: its stream is iterated once. */
function createListener({ heard }: Transcriber) {
  const parts = heard[Symbol.asyncIterator]()
  const done = new Set<number>()
  return {
    /** What is heard of `turn`, until it is done. Rejects when the stream ends before, or a turn is done twice. */
    async until(turn: number): Promise<Heard[]> {
      const own: Heard[] = []
      while (!done.has(turn)) {
        const next = await parts.next()
        if (next.done === true) throw new Error('the recogniser ended before the turn')
        const { value } = next
        if (value.type === 'done') {
          assert.ok(!done.has(value.turn), `turn ${value.turn} is done twice`)
          done.add(value.turn)
        } else if (value.turn === turn) own.push(value)
      }
      return own
    },
  }
}

async function drain({ heard }: Transcriber): Promise<void> {
  const parts = heard[Symbol.asyncIterator]()
  try {
    while ((await parts.next()).done !== true);
  } catch (error) {
    if (!isProviderError(error)) throw error
  }
}

function rateOf({ rates }: SpeechToText): Rate {
  return rates[0] ?? 8_000
}

function* blocksOf(samples: Int16Array, rate: Rate): Generator<Uint8Array> {
  const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)
  const size = rate / 5
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size)
}

function warble(rate: Rate): Int16Array {
  const samples = new Int16Array(rate * 0.6)
  return samples.map((_, i) => 6_000 * Math.sin((2 * Math.PI * (300 + (i % 200)) * i) / rate))
}

function numbers(count: number): string[] {
  return Array.from({ length: count }, (_, n) => `unidade ${n}`)
}
