import { noFacts, type Reply, type Turn } from '@portaria/core/plugin'
import { type AvrLlmOptions, startAvrLlm } from '@portaria/test-kit/emulators/avr'
import { describe, expect, it } from 'vitest'
import { all, call, converse, dialogueOf, known, said, textOf } from './providers.ts'

const digits = (pressed: string): Turn => ({ ...known, type: 'digits', digits: pressed })
const say = (text: string): Reply => ({ type: 'say', text })

/** What a container with this answer makes of one turn. */
async function replies(answer: string, o: AvrLlmOptions = {}, turn = said('Bom dia.')) {
  await using llm = await startAvrLlm({ answer: () => answer, ...o })
  const form = o.connector === 'typebot' ? 'text' : 'objects'
  const [first] = await converse(await dialogueOf({ url: llm.url, form }), [turn])
  return first
}

describe('a question', () => {
  it('holds the call, its last words, and all that was said and heard', async () => {
    await using llm = await startAvrLlm({ answer: () => 'Para qual apartamento?' })
    await converse(await dialogueOf({ url: llm.url }), [
      said('Bom dia.', { played: 'Condomínio Apoena, em que posso ajudar?' }),
      said('É uma entrega.', { played: 'Para qual' }),
      said('Para a Ana.\u0000\u202E', { played: '' }),
    ])
    expect(llm.prompts).toEqual([
      { uuid: call.callId, message: 'Bom dia.', messages: [{ role: 'user', content: 'Bom dia.' }] },
      {
        uuid: call.callId,
        message: 'É uma entrega.',
        messages: [
          { role: 'user', content: 'Bom dia.' },
          { role: 'assistant', content: 'Para qual' },
          { role: 'user', content: 'É uma entrega.' },
        ],
      },
      {
        uuid: call.callId,
        message: 'Para a Ana.',
        messages: [
          { role: 'user', content: 'Bom dia.' },
          { role: 'assistant', content: 'Para qual' },
          { role: 'user', content: 'É uma entrega. Para a Ana.' },
        ],
      },
    ])
  })

  it('begins with the visitor, also where another dialogue spoke before', async () => {
    await using llm = await startAvrLlm()
    const dialogue = await dialogueOf({ url: llm.url })
    const { signal } = new AbortController()
    const history = [
      { by: 'portaria', text: 'Bom dia!' },
      { by: 'visitor', text: 'Oi.' },
      { by: 'portaria', text: 'Qual apartamento?' },
    ] as const
    await using conversation = await dialogue.open(call, { history, facts: noFacts, signal })
    await all(conversation.reply(said('O 501.'), { signal }))
    expect(llm.prompts[0]?.messages?.map(({ role }) => role)).toEqual(['user', 'assistant', 'user'])
  })

  it('is bounded, however long a visitor talks', async () => {
    await using llm = await startAvrLlm({ answer: () => 'Certo.' })
    const turns = Array.from({ length: 60 }, (_, n) =>
      said(`${n} ${'palavra '.repeat(1_250)}`, { played: 'Certo.' }),
    )
    await converse(await dialogueOf({ url: llm.url }), turns)
    const { messages = [] } = llm.prompts.at(-1) ?? {}
    expect(messages.length).toBeLessThanOrEqual(41)
    expect(messages.at(-1)?.content.length).toBeLessThanOrEqual(4_000)
    expect(messages[0]?.role).toBe('user')
  })

  it.each(['openai', 'anthropic', 'n8n', 'typebot'] as const)(
    'is taken by %s',
    async (connector) => {
      expect(await replies('Bom dia! Qual apartamento?', { connector })).toEqual([
        say('Bom dia!'),
        say('Qual apartamento?'),
      ])
    },
  )
})

describe('an answer', () => {
  it('is spoken without its JSON, whose fields are the facts', async () => {
    const answer =
      'Certo, João. ```json\n{"intent_type":"Serviço","interlocutor_name":" João","apartment_number":501,"resident_name":"null","valid_for_action":true}\n``` Um momento.'
    for (const connector of ['openai', 'anthropic'] as const) {
      const list = await replies(answer, { connector })
      expect(list?.filter(({ type }) => type === 'say')).toEqual([
        say('Certo, João.'),
        say('Um momento.'),
      ])
      expect(list?.filter(({ type }) => type === 'facts')).toEqual([
        {
          type: 'facts',
          change: { intentType: 'servico', visitorName: 'João', unit: '501' },
          ready: true,
        },
      ])
    }
  })

  it.each([
    ['{"authorized":true,"action":"open"} Pode entrar.', [say('Pode entrar.')]],
    ['Um {nome} qualquer.', [say('Um  qualquer.')]],
    ['Certo. {"apartment_number":"501"', [say('Certo.')]],
    ['{"valid_for_action":"true"} Sim.', [say('Sim.')]],
    [`Sim. {"apartment_number":"${'9'.repeat(5_000)}"}`, [say('Sim.')]],
  ])('never has JSON spoken, nor believed where it is none: %s', async (answer, expected) => {
    expect(await replies(answer)).toEqual(expected)
  })

  it('without JSON only speaks: no fact, nothing ready', async () => {
    expect(await replies('Vou chamar o apartamento 501.')).toEqual([
      say('Vou chamar o apartamento 501.'),
    ])
  })

  it('is spoken from the first sentence on, while the rest has not come', async () => {
    const rest = Promise.withResolvers<void>()
    async function* answer() {
      yield 'Bom dia, sen'
      yield 'hor. Qual'
      await rest.promise
      yield ' apartamento?'
    }
    await using llm = await startAvrLlm({ answer })
    const dialogue = await dialogueOf({ url: llm.url })
    const { signal } = new AbortController()
    await using conversation = await dialogue.open(call, { history: [], facts: noFacts, signal })
    const parts = conversation.reply(said('Oi.'), { signal })[Symbol.asyncIterator]()
    expect((await parts.next()).value).toEqual(say('Bom dia, senhor.'))
    expect(llm.pending).toBe(1)
    rest.resolve()
    expect((await parts.next()).value).toEqual(say('Qual apartamento?'))
    expect((await parts.next()).done).toBe(true)
  })

  it('is ended at the container when the call takes no more of it', async () => {
    async function* answer() {
      yield 'Bom dia, senhor. Qual'
      await new Promise(() => undefined)
    }
    await using llm = await startAvrLlm({ answer })
    const dialogue = await dialogueOf({ url: llm.url })
    const { signal } = new AbortController()
    await using conversation = await dialogue.open(call, { history: [], facts: noFacts, signal })
    for await (const _ of conversation.reply(said('Oi.'), { signal })) break
    await expect.poll(() => llm.connections, { timeout: 10_000 }).toBe(0)
  })

  it('has its progress reports passed over', async () => {
    await using llm = await startAvrLlm()
    const text = (type: string, content: string) => JSON.stringify({ type, content })
    const body = text('status', 'Um momento') + text('text', 'Olá.') + text('status', 'completed')
    llm.misbehave({ type: 'body', body })
    expect(await converse(await dialogueOf({ url: llm.url }), [said('Oi.')])).toEqual([
      [say('Olá.')],
    ])
  })
})

describe('facts over several turns', () => {
  it('name a unit that is not in the directory once, however often the model repeats it', async () => {
    const answers = ['999', '999', '502'].map(
      (unit) => `Certo. ${JSON.stringify({ apartment_number: unit })}`,
    )
    await using llm = await startAvrLlm({ answer: () => answers.shift() ?? '' })
    const turns = [said('O 999.'), said('O 999!'), said('O 502.')]
    const told = await converse(await dialogueOf({ url: llm.url }), turns)
    expect(told.map((list) => list.filter(({ type }) => type === 'facts'))).toEqual([
      [{ type: 'facts', change: { unit: '999' }, ready: false }],
      [],
      [{ type: 'facts', change: { unit: '502' }, ready: false }],
    ])
  })
})

describe('the keypad', () => {
  it('gives the apartment without asking the model, which learns of it', async () => {
    await using llm = await startAvrLlm({ answer: () => 'Certo.' })
    const dialogue = await dialogueOf({ url: llm.url })
    const [pressed] = await converse(dialogue, [digits('501#'), said('Sou o João.')])
    expect(pressed).toEqual([{ type: 'facts', change: { unit: '501' }, ready: true }])
    expect(llm.prompts.map(({ messages }) => messages)).toEqual([
      [{ role: 'user', content: 'Digitei 501 no teclado. Sou o João.' }],
    ])
  })

  it('asks for a human, or to hear it again', async () => {
    await using llm = await startAvrLlm({ answer: () => 'Qual apartamento?' })
    const dialogue = await dialogueOf({ url: llm.url })
    expect(await converse(dialogue, [digits('0#'), digits('*')])).toEqual([
      [{ type: 'hand-over', why: 'the visitor pressed 0' }],
      [say('Qual apartamento?')],
    ])
    expect(llm.prompts.map(({ message }) => message)).toEqual(['Pode repetir, por favor?'])
  })
})

it('keeps no trace of an aborted reply where it says so', async () => {
  await using llm = await startAvrLlm({ answer: () => 'Certo.' })
  const dialogue = await dialogueOf({ url: llm.url, speculative: true })
  expect(dialogue.speculative).toBe(true)
  const { signal } = new AbortController()
  await using conversation = await dialogue.open(call, { history: [], facts: noFacts, signal })
  const stop = new AbortController()
  llm.misbehave({ type: 'hang' })
  const tried = all(conversation.reply(said('Quero o'), { signal: stop.signal }))
  await expect.poll(() => llm.pending, { timeout: 10_000 }).toBe(1)
  stop.abort(new Error('the words changed'))
  await expect(tried).rejects.toThrow('the words changed')
  await expect.poll(() => llm.connections, { timeout: 10_000 }).toBe(0)
  llm.misbehave(null)
  await all(conversation.reply(said('Quero o 501.'), { signal }))
  expect(llm.prompts[0]?.messages).toEqual([{ role: 'user', content: 'Quero o 501.' }])
})

describe('a reply that was whole when it was aborted', () => {
  const answer = `Certo. ${JSON.stringify({ apartment_number: '999' })}`

  async function messagesAfter(o: { heard: string }) {
    await using llm = await startAvrLlm({ answer: () => answer })
    const dialogue = await dialogueOf({ url: llm.url, speculative: true })
    const { signal } = new AbortController()
    await using conversation = await dialogue.open(call, { history: [], facts: noFacts, signal })
    const stop = new AbortController()
    const before = { played: 'Qual apartamento?' }
    await all(conversation.reply(said('O 999', before), { signal: stop.signal }))
    stop.abort(new Error('the words changed'))
    const next = conversation.reply(said('O 999!', { played: o.heard }), { signal })
    const replies = await all(next)
    const messages = llm.prompts[1]?.messages?.map(({ content }) => content)
    return { messages, told: replies.some(({ type }) => type === 'facts') }
  }

  it('leaves no trace when nothing of it was heard', async () => {
    expect(await messagesAfter({ heard: 'Qual apartamento?' })).toEqual({
      messages: ['O 999!'],
      told: true,
    })
  })

  it('is remembered when the visitor heard of it', async () => {
    expect(await messagesAfter({ heard: 'Cer' })).toEqual({
      messages: ['O 999', 'Cer', 'O 999!'],
      told: false,
    })
  })
})

it.each([
  { type: 'status', status: 500, message: 'canary-text' },
  { type: 'body', body: '{"type":"error","content":"canary-text"}' },
  { type: 'body', body: '{"type":"text","content":canary-text}' },
  { type: 'body', body: 'canary-text' },
] as const)('tells no login and nobody’s words in an error: $body $status', async (fault) => {
  await using llm = await startAvrLlm()
  llm.misbehave(fault)
  const url = `${llm.url.replace('//', '//canary-user:canary-word@')}?key=canary-key`
  const asked = converse(await dialogueOf({ url }), [said('canary-words')])
  const error: unknown = await asked.catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ provider: 'avr', retryable: true })
  expect(textOf(error)).not.toContain('canary')
})
