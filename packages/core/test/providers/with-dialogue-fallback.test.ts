import { describe, expect, it } from 'vitest'
import { orAbort } from '../../src/abortable.ts'
import { noFacts } from '../../src/providers/dialogue.ts'
import { GivenUp } from '../../src/providers/given-up.ts'
import { withDialogueFallback } from '../../src/providers/with-dialogue-fallback.ts'
import {
  callInfo,
  fakeDialogue,
  type FakeDialogue,
  outage,
  refusal,
  repliesOf,
  replying,
  saying,
} from './fake-providers.ts'

const say = (text: string) => ({ type: 'say', text }) as const
const learnt = { type: 'facts', change: { unit: '501' }, ready: false } as const

async function talking(dialogues: readonly FakeDialogue[], signal = new AbortController().signal) {
  const named = dialogues.map((provider, n) => ({ name: `ai${n}`, provider }))
  const fallen: string[] = []
  const dialogue = withDialogueFallback(named, {
    onFallback: ({ from, to }) => void fallen.push(`${from} > ${to}`),
  })
  const talk = await dialogue.open(callInfo, { history: [], facts: noFacts, signal })
  const ask = (text: string, played = '') => repliesOf(talk.reply(saying(text, played), { signal }))
  return { dialogue, talk, ask, fallen }
}

describe('a dialogue with a fallback', () => {
  it('opens the second when the first cannot be opened', async () => {
    const first = fakeDialogue(() => replying(), { open: () => Promise.reject(refusal()) })
    const second = fakeDialogue(() => replying(say('Qual apartamento?')))
    const { ask, fallen } = await talking([first, second])
    expect(await ask('Boa tarde')).toEqual(['Qual apartamento?'])
    expect(fallen).toEqual(['ai0 > ai1'])
  })

  it('has the second reply to the same turn, with what was said before, and talk from then on', async () => {
    let down = false
    const first = fakeDialogue(() => (down ? replying(learnt, outage()) : replying(say('Quem é?'))))
    const second = fakeDialogue((turn) =>
      replying(say(turn.type === 'said' ? `Entendi: ${turn.text}` : '')),
    )
    const { ask, fallen, talk } = await talking([first, second])
    await ask('Boa tarde', 'Olá.')
    down = true
    expect(await ask('É o João', 'Quem é?')).toEqual(['facts', 'Entendi: É o João'])
    expect(await ask('501', 'Entendi: É o')).toEqual(['Entendi: 501'])
    expect(fallen).toEqual(['ai0 > ai1'])
    expect([first.opened.length, first.closed, second.opened.length]).toEqual([1, 1, 1])
    expect(second.opened[0]?.history).toEqual([
      { by: 'portaria', text: 'Olá.' },
      { by: 'visitor', text: 'Boa tarde' },
      { by: 'portaria', text: 'Quem é?' },
    ])
    await talk[Symbol.asyncDispose]()
    expect(second.closed).toBe(1)
  })

  it('has a reply that broke off gone on with by the next, which knows what was learnt', async () => {
    const learnt = { type: 'facts', change: { intentType: 'entrega' }, ready: false } as const
    const first = fakeDialogue(() => replying(say('Só um'), learnt, outage()))
    const second = fakeDialogue(() => replying(say('Qual apartamento?')))
    const { ask } = await talking([first, second])
    expect(await ask('Boa tarde')).toEqual(['Só um', 'facts', 'Qual apartamento?'])
    expect(second.opened[0]?.facts).toMatchObject({ intentType: 'entrega' })
  })

  it.each([
    ['a question', [say('Qual apartamento?')]],
    [
      'facts that are ready',
      [{ type: 'facts', change: { unit: '501' }, ready: true }, say('Certo.')],
    ],
  ] as const)('says nothing twice: %s before the failure is the reply', async (_, parts) => {
    const first = fakeDialogue(() => replying(...parts, outage()))
    const second = fakeDialogue(() => replying(say('Para quem?')))
    const { ask } = await talking([first, second])
    expect(await ask('Boa tarde')).not.toContain('Para quem?')
    expect(await ask('501')).toEqual(['Para quem?'])
  })

  it('leaves one whose reply was given up, so that the next turn is the next one’s', async () => {
    const limit = new AbortController()
    const first = fakeDialogue(async function* () {
      yield* replying()
      await orAbort(new Promise(() => undefined), limit.signal)
    })
    const second = fakeDialogue(() => replying(say('Certo.')))
    const { talk, ask } = await talking([first, second])
    const late = repliesOf(talk.reply(saying('oi'), { signal: limit.signal }))
    limit.abort(new GivenUp('too late'))
    await expect(late).rejects.toThrow('too late')
    expect(await ask('501')).toEqual(['Certo.'])
  })

  it('forgets the words of a reply that was only tried, though it was complete', async () => {
    let down = false
    const first = fakeDialogue(() => (down ? replying(outage()) : replying(say('Qual?'))))
    const second = fakeDialogue(() => replying(say('Certo.')))
    const { talk, ask } = await talking([first, second])
    const tried = new AbortController()
    await repliesOf(talk.reply(saying('para o 50', 'Olá.'), { signal: tried.signal }))
    tried.abort()
    await ask('para o 501', 'Olá.')
    down = true
    await ask('alô', 'Qual?')
    expect(second.opened[0]?.history).toEqual([
      { by: 'portaria', text: 'Olá.' },
      { by: 'visitor', text: 'para o 501' },
      { by: 'portaria', text: 'Qual?' },
    ])
  })

  it('opens the next once, though the turn for which it was opened was given up', async () => {
    const slow = Promise.withResolvers<void>()
    const first = fakeDialogue(() => replying(outage()))
    const second = fakeDialogue(() => replying(say('Certo.')), { open: () => slow.promise })
    const { talk, ask } = await talking([first, second])
    const givenUp = new AbortController()
    const reply = talk.reply(saying('oi', ''), { signal: givenUp.signal })[Symbol.asyncIterator]()
    const nobody = reply.next().catch(() => undefined)
    await new Promise((resolve) => void setImmediate(resolve))
    givenUp.abort()
    const answered = ask('oi de novo')
    slow.resolve()
    expect(await answered).toEqual(['Certo.'])
    await nobody
    expect(second.opened).toHaveLength(1)
  })

  it('closes one that is open only after the talk was closed', async () => {
    const slow = Promise.withResolvers<void>()
    const first = fakeDialogue(() => replying(outage()))
    const second = fakeDialogue(() => replying(say('Certo.')), { open: () => slow.promise })
    const { talk, ask } = await talking([first, second])
    const answered = ask('oi')
    await new Promise((resolve) => void setImmediate(resolve))
    await talk[Symbol.asyncDispose]()
    slow.resolve()
    await answered
    expect(second.closed).toBe(1)
  })

  it('tells the last error when all fail, and asks nobody when nobody waits', async () => {
    const down = fakeDialogue(() => replying(outage()))
    const { ask, fallen } = await talking([fakeDialogue(() => replying(refusal())), down])
    await expect(ask('Boa tarde')).rejects.toThrow('the vendor is down')
    expect(fallen).toEqual(['ai0 > ai1', 'ai1 > null'])

    const gone = new AbortController()
    const second = fakeDialogue(() => replying())
    const aborted = fakeDialogue(() => (gone.abort(), replying(outage())))
    const other = await talking([aborted, second], gone.signal)
    await expect(other.ask('Boa tarde')).rejects.toThrow('down')
    expect(second.opened).toEqual([])
  })

  it('is speculative, and knows phrases, as all of them together', async () => {
    const [one, two] = [fakeDialogue(() => replying()), fakeDialogue(() => replying())]
    const phrased = { ...one, phrases: () => ['a', 'b'] }
    const { dialogue } = await talking([phrased, { ...two, phrases: () => ['b', 'c'] }])
    expect([dialogue.speculative, dialogue.phrases?.('pt-BR')]).toEqual([true, ['a', 'b', 'c']])
    const server = fakeDialogue(() => replying(), { speculative: false })
    expect((await talking([one, server])).dialogue.speculative).toBe(false)
  })
})
