import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createSpeculation } from '../../src/call/speculation.ts'
import { silentLog } from '../../src/log.ts'
import { type Conversation, noFacts, type Reply, type Turn } from '../../src/providers/dialogue.ts'
import { say } from './gate-room.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

type Asked = { turn: Turn; signal: AbortSignal }

function speculating(reply: (asked: Asked) => AsyncIterable<Reply>) {
  const asked: Asked[] = []
  const prepared: { sentence: string; signal: AbortSignal }[] = []
  const conversation: Conversation = {
    reply(turn, { signal }) {
      asked.push({ turn, signal })
      return reply({ turn, signal })
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
  const call = new AbortController()
  const speculation = createSpeculation({
    conversation,
    turnFor: (text) => ({
      type: 'said',
      text,
      facts: noFacts,
      match: { type: 'none' },
      played: '',
    }),
    prepare: (sentence, signal) => prepared.push({ sentence, signal }),
    ...{ signal: call.signal, clock: () => 7, log: silentLog },
  })
  return { speculation, asked, prepared, call }
}

async function* parts(...all: Reply[]): AsyncGenerator<Reply> {
  yield* all
}

async function read(from: AsyncIterable<Reply> | undefined): Promise<string[]> {
  const texts: string[] = []
  for await (const part of from ?? []) texts.push(part.type === 'say' ? part.text : part.type)
  return texts
}

const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

it('gives the reply when the turn is what it was begun for, but for marks and capitals', async () => {
  const { speculation, asked, prepared } = speculating(() =>
    parts(say('Qual? E quem?'), say('Fim.')),
  )
  speculation.consider('tenho uma entrega')
  speculation.consider('Tenho uma entrega!')
  await settle()
  const turn = new AbortController()
  const taken = speculation.take('Tenho uma entrega.', turn.signal)
  expect(await read(taken?.parts)).toEqual(['Qual? E quem?', 'Fim.'])
  expect(taken?.firstMs).toBe(7)
  expect(asked).toHaveLength(1)
  expect(prepared.map(({ sentence }) => sentence)).toEqual(['Qual?'])
  turn.abort()
  expect(asked[0]?.signal.aborted).toBe(false)
  expect(speculation.tried).toBe(false)
})

it('aborts a reply to other words, with the sentence that was made for it', async () => {
  const { speculation, asked, prepared } = speculating(() => parts(say('Qual?')))
  speculation.consider('para o 50')
  await settle()
  speculation.consider('para o 501')
  expect(asked.map(({ signal }) => signal.aborted)).toEqual([true, false])
  expect(prepared[0]?.signal.aborted).toBe(true)
  expect(speculation.take('para o 5012', new AbortController().signal)).toBeNull()
  expect(asked.map(({ signal }) => signal.aborted)).toEqual([true, true])
})

it('tries no more than three replies in a turn, and anew in the next', () => {
  const { speculation, asked } = speculating(() => parts())
  for (const text of ['a', 'a b', 'a b c', 'a b c d']) speculation.consider(text)
  expect(asked).toHaveLength(3)
  speculation.drop()
  speculation.consider('a')
  expect(asked).toHaveLength(4)
  expect(speculation.tried).toBe(true)
})

it('aborts with the turn that took it, and with the call', async () => {
  for (const ends of ['turn', 'call'] as const) {
    const { speculation, asked, call } = speculating(async function* ({ signal }) {
      yield say('Um.')
      await new Promise((_, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
      )
    })
    speculation.consider('oi')
    const turn = new AbortController()
    const reading = read(speculation.take('oi', turn.signal)?.parts)
    await settle()
    if (ends === 'turn') turn.abort(new Error('enough'))
    else call.abort(new Error('enough'))
    await expect(reading).rejects.toThrow('enough')
    expect(asked[0]?.signal.aborted).toBe(true)
  }
})

it('gives none that failed, and takes no harm from one that fails or never ends', async () => {
  const { speculation } = speculating(async function* ({ turn }) {
    if (turn.type === 'said' && turn.text === 'oi') throw new Error('down')
    for (;;) yield say('Sim.')
  })
  speculation.consider('oi')
  await settle()
  expect(speculation.take('oi', new AbortController().signal)).toBeNull()
  speculation.consider('sem fim')
  await settle()
  const taken = speculation.take('sem fim', new AbortController().signal)
  expect((await read(taken?.parts)).length).toBeLessThanOrEqual(500)
})

it('asks nothing about silence', () => {
  const { speculation, asked } = speculating(() => parts())
  speculation.consider(' ... ')
  expect(speculation.take('', new AbortController().signal)).toBeNull()
  expect(asked).toEqual([])
})
