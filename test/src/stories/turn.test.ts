import type { Conversation, Dialogue, Reply, Turn } from '@portaria/core/plugin'
import { createDelayedStt } from '@portaria/test-kit/delayed-providers'
import { describe, expect, it, vi } from 'vitest'
import { speechOf } from '../support/sounds.ts'
import { startGate, type Gate } from '../support/start-gate.ts'

type Asked = { turn: Turn; signal: AbortSignal }

/** A dialogue that replies as it is told, and remembers what it was asked. */
function dialogueOf(
  reply: (asked: Asked, nth: number) => AsyncIterable<Reply>,
  o: { speculative?: boolean } = {},
): { dialogue: Dialogue; asked: Asked[] } {
  const asked: Asked[] = []
  const conversation: Conversation = {
    reply(turn, { signal }) {
      asked.push({ turn, signal })
      return reply({ turn, signal }, asked.length - 1)
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
  const open = (): Promise<Conversation> => Promise.resolve(conversation)
  return { dialogue: { speculative: o.speculative ?? false, open }, asked }
}

async function* repliesOf(...replies: Reply[]): AsyncGenerator<Reply> {
  yield* replies
}

function say(text: string): Reply {
  return { type: 'say', text }
}

function fact(unit: string, ready: boolean): Reply {
  return { type: 'facts', change: { unit }, ready }
}

/** A recogniser with partials. */
function sttOf(lines: readonly string[], finalAfterMs = 0) {
  const rest = [...lines]
  return createDelayedStt({ name: 'fakes', nextLine: () => rest.shift() ?? '', finalAfterMs })
}

function never(): Promise<never> {
  return new Promise(() => undefined)
}

/** The visitor heard the greeting, and speaks. */
async function speaking(gate: Gate, sound = '000-clean') {
  const visitor = await gate.visitor()
  await gate.said('visitor', /posso ajudar/)
  await visitor.quiet(200)
  await visitor.speak(speechOf(sound))
  return visitor
}

function turnsOf(gate: Gate, uuid: string) {
  return gate.daemon.call(uuid)?.turns ?? []
}

describe.concurrent('a turn', { timeout: 90_000 }, () => {
  it('is replied to with the first sentence while the rest still comes', async () => {
    const rest = Promise.withResolvers<void>()
    const { dialogue } = dialogueOf(async function* () {
      yield say('Entendi.')
      await rest.promise
      yield say('Qual é o apartamento?')
    })
    await using gate = await startGate({ hears: [['oi']], providers: { dialogue } })
    await using visitor = await speaking(gate)
    await gate.said('visitor', /^Entendi\.$/)
    rest.resolve()
    await gate.said('visitor', /^Qual é o apartamento\?$/)
    await gate.event((e) => e.type === 'turn')
    const [turn] = turnsOf(gate, visitor.uuid)
    expect(turn).toMatchObject({ turn: 1, input: 'said', barge_in: false, rescue: 'none' })
    expect(turn?.audible_ms).not.toBeNull()
    expect(turn?.endpoint_ms).toBeGreaterThanOrEqual(300)
  })

  it('asks core’s own question after what was said before the facts came', async () => {
    const facts = Promise.withResolvers<void>()
    const { dialogue } = dialogueOf(async function* () {
      yield say('Deixe eu ver.')
      await facts.promise
      yield fact('777', true)
      yield say('Vou chamar o 777.')
    })
    await using gate = await startGate({ hears: [['777']], providers: { dialogue } })
    await using visitor = await speaking(gate)
    await gate.said('visitor', /^Deixe eu ver\.$/)
    facts.resolve()
    await gate.said('visitor', /Não encontrei esse destino/)
    const said = gate.daemon.call(visitor.uuid)?.transcript.map((line) => line.text)
    expect(said).not.toContain('Vou chamar o 777.')
  })

  it('is told what was really heard of the reply that it interrupted', async () => {
    const long = 'Um dois três quatro cinco seis sete oito nove dez onze doze treze quatorze.'
    const { dialogue, asked } = dialogueOf(() => repliesOf(say(long)))
    await using gate = await startGate({
      hears: [['oi', 'espera']],
      wordMs: 400,
      providers: { dialogue },
    })
    await using visitor = await speaking(gate)
    const from = await visitor.heard()
    const heardFrames = (): number => visitor.frames.filter(({ atMs }) => atMs >= from).length
    await vi.waitFor(() => expect(heardFrames()).toBeGreaterThan(60), { timeout: 10_000 })
    await visitor.speak(speechOf('000-clean'))
    await gate.event((e) => e.type === 'heard' && e.text === 'espera')
    await vi.waitFor(() => expect(asked).toHaveLength(2), { timeout: 10_000 })
    const heard = asked[1]?.turn.played ?? ''
    expect(long.startsWith(heard)).toBe(true)
    expect(heard.length).toBeGreaterThan(0)
    expect(heard.length).toBeLessThan(long.length)
    expect(asked[0]?.signal.aborted).toBe(true)
    expect(turnsOf(gate, visitor.uuid)[0]).toMatchObject({ barge_in: true })
  })

  it('is joined with what is said before its reply was heard', async () => {
    const { dialogue, asked } = dialogueOf(async function* ({ signal }, nth) {
      if (nth === 0) await Promise.race([never(), aborted(signal)])
      yield say('Certo.')
    })
    await using gate = await startGate({
      hears: [['é uma entrega', 'para o 501']],
      providers: { dialogue },
    })
    await using visitor = await speaking(gate)
    await gate.event((e) => e.type === 'heard' && e.text === 'é uma entrega')
    await visitor.speak(speechOf('001-clean'))
    await gate.said('visitor', /^Certo\.$/)
    await gate.event((e) => e.type === 'turn')
    expect(asked.map(({ turn }) => turn.type === 'said' && turn.text)).toEqual([
      'é uma entrega',
      'é uma entrega para o 501',
    ])
    expect(turnsOf(gate, visitor.uuid)).toMatchObject([{ turn: 1, merged: 1 }])
  })

  it('learns what was said even when a key is pressed before the reply', async () => {
    const late = Promise.withResolvers<void>()
    const { dialogue, asked } = dialogueOf(async function* (_, nth) {
      if (nth > 0) return yield fact('501', true)
      await late.promise
      yield { type: 'facts', change: { intentType: 'entrega' }, ready: false }
      yield say('Qual é o apartamento?')
    })
    await using gate = await startGate({ hears: [['entrega']], providers: { dialogue } })
    await using visitor = await speaking(gate)
    await vi.waitFor(() => expect(asked).toHaveLength(1), { timeout: 10_000 })
    await visitor.press('501#')
    late.resolve()
    const { facts, transcript } = await gate.state(visitor.uuid, 'ringing')
    expect(facts).toEqual({ intent_type: 'entrega', apartment_number: '501' })
    expect(transcript.map((line) => line.text)).not.toContain('Qual é o apartamento?')
  })

  it('is replied to by what was begun before its end, when its words turn out the same', async () => {
    const { dialogue, asked } = dialogueOf(() => repliesOf(say('Qual é o apartamento?')), {
      speculative: true,
    })
    const stt = sttOf(['tenho uma entrega'], 150)
    await using gate = await startGate({ providers: { dialogue, stt } })
    await using visitor = await speaking(gate, '002-clean')
    await gate.said('visitor', /^Qual é o apartamento\?$/)
    await gate.event((e) => e.type === 'turn')
    expect(asked).toHaveLength(1)
    expect(turnsOf(gate, visitor.uuid)).toMatchObject([{ speculation: 'kept', reply_ms: 0 }])
  })

  it('is replied to anew when it was not what a reply was begun for', async () => {
    const { dialogue, asked } = dialogueOf(
      ({ turn }) =>
        repliesOf(say(turn.type === 'said' && /501/.test(turn.text) ? 'Certo.' : 'Qual?')),
      {
        speculative: true,
      },
    )
    const stt = finalOf(sttOf(['tenho uma entrega']), 'tenho uma entrega para o 501')
    await using gate = await startGate({ providers: { dialogue, stt } })
    await using visitor = await speaking(gate, '002-clean')
    await gate.said('visitor', /^Certo\.$/)
    await gate.event((e) => e.type === 'turn')
    const said = gate.daemon.call(visitor.uuid)?.transcript.map((line) => line.text)
    expect(said).not.toContain('Qual?')
    expect(asked.length).toBeGreaterThan(1)
    expect(asked.slice(0, -1).every(({ signal }) => signal.aborted)).toBe(true)
  })

  it('never has a reply begun early with a dialogue that would remember it', async () => {
    const { dialogue, asked } = dialogueOf(() => repliesOf(say('Qual é o apartamento?')))
    const stt = finalOf(sttOf(['tenho uma entrega']), 'tenho uma entrega para o 501')
    await using gate = await startGate({ providers: { dialogue, stt } })
    await using visitor = await speaking(gate, '002-clean')
    await gate.said('visitor', /^Qual é o apartamento\?$/)
    await visitor.heard()
    expect(asked).toHaveLength(1)
  })
})

/** The same recogniser, with another final. */
function finalOf(stt: ReturnType<typeof sttOf>, text: string): ReturnType<typeof sttOf> {
  return {
    ...stt,
    async open(o) {
      const opened = await stt.open(o)
      async function* heard() {
        for await (const part of opened.heard)
          yield part.type === 'final' ? { ...part, text } : part
      }
      return {
        begin: (turn, asked) => opened.begin(turn, asked),
        write: (pcm) => opened.write(pcm),
        end: (turn) => opened.end(turn),
        heard: heard(),
        [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
      }
    },
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })
}
