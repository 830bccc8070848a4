import { noFacts, type Reply, type Turn } from '@portaria/core/plugin'
import { type AiServerOptions, startAiServer } from '@portaria/test-kit/emulators/ai-server'
import { describe, expect, it } from 'vitest'
import { all, ask, call, dialogueOf, known, said } from './support.ts'

/** What a server with these answers makes of one turn. */
async function replies(o: AiServerOptions, turn: Turn = said('Bom dia.')): Promise<Reply[]> {
  await using server = await startAiServer(o)
  return await ask(await dialogueOf({ url: server.url }), turn)
}

const answering = (content: object, outside: object = {}) => ({
  answer: () => ({ content, ...outside, timestamp: '2026-01-01T00:00:00Z' }),
})

async function* stream(records: readonly object[]) {
  yield* records
}

describe('a question', () => {
  it('is one POST a turn, and nothing before it', async () => {
    await using server = await startAiServer()
    const dialogue = await dialogueOf({ url: server.url })
    const { signal } = new AbortController()
    await using conversation = await dialogue.open(call, { history: [], facts: noFacts, signal })
    expect(server.asked).toEqual([])
    await all(conversation.reply(said('É uma entrega.'), { signal }))
    await all(conversation.reply({ ...known, type: 'digits', digits: '501#' }, { signal }))
    await all(conversation.reply({ ...known, type: 'silence', times: 1 }, { signal }))
    await all(conversation.reply({ ...known, type: 'digits', digits: '*' }, { signal }))
    expect(server.asked.map(({ id, content }) => ({ id, content }))).toEqual([
      { id: call.callId, content: 'É uma entrega.' },
      { id: call.callId, content: 'Digitei 501 no teclado.' },
      { id: call.callId, content: '(O visitante não disse nada.)' },
      { id: call.callId, content: 'Pode repetir, por favor?' },
    ])
    expect(server.asked[0]).toMatchObject({
      method: 'POST',
      path: '/messages',
      headers: { 'content-type': 'application/json' },
    })
    expect(server.connections).toBe(1)
  })

  it('is never asked before the turn is over: the server would remember it', async () => {
    expect((await dialogueOf({})).speculative).toBe(false)
  })

  it('is not needed for the key that asks for a human', async () => {
    await using server = await startAiServer()
    const pressed: Turn = { ...known, type: 'digits', digits: '0#' }
    expect(await ask(await dialogueOf({ url: server.url }), pressed)).toEqual([
      { type: 'hand-over', why: 'the visitor pressed 0' },
    ])
    expect(server.asked).toEqual([])
  })

  it('holds no control characters, and an end', async () => {
    await using server = await startAiServer()
    const dialogue = await dialogueOf({ url: server.url })
    await ask(dialogue, said('a\u0000b\u001B[31m\u202Ec\r\nd\uD800'))
    await ask(dialogue, said('palavra '.repeat(1_250)))
    expect(server.asked[0]?.content).toBe('a b [31mc d')
    expect(server.asked[1]?.content.length).toBeLessThanOrEqual(4_000)
  })
})

describe('an answer', () => {
  it('is said, sentence by sentence, and its facts are told', async () => {
    const dados = {
      intent_type: 'Serviço',
      interlocutor_name: ' João\u202E da\u0000Silva ',
      apartment_number: 501,
      resident_name: 'null',
    }
    const mensagem = 'Certo, João. Vou chamar o 501.\u001B'
    expect(await replies(answering({ mensagem, dados, valid_for_action: true }))).toEqual([
      {
        type: 'facts',
        change: { intentType: 'servico', visitorName: 'João da Silva', unit: '501' },
        ready: true,
      },
      { type: 'say', text: 'Certo, João.' },
      { type: 'say', text: 'Vou chamar o 501.' },
    ])
  })

  it.each([
    ['outside', {}, { set_call_status: 'WAITING' }, true],
    ['inside', { set_call_status: 'WAITING' }, {}, true],
    ['as the turn of the visitor', { set_call_status: 'USER_TURN' }, {}, false],
    ['as the turn of the AI', {}, { set_call_status: 'IA_TURN' }, false],
    ['as something else', {}, { set_call_status: 'DANCING' }, false],
    [
      'against valid_for_action',
      { valid_for_action: false, set_call_status: 'WAITING' },
      {},
      false,
    ],
    ['not at all, beside valid_for_action', { valid_for_action: true }, {}, true],
    ['not at all, beside a wrong valid_for_action', { valid_for_action: 'true' }, {}, false],
  ])('has set_call_status %s', async (_, inside, outside, ready) => {
    const dados = { apartment_number: '501' }
    const given = await replies(answering({ mensagem: 'Certo.', dados, ...inside }, outside))
    expect(given[0]).toEqual({ type: 'facts', change: { unit: '501' }, ready })
  })

  it('has facts of wrong types only as what is unknown', async () => {
    const dados = {
      intent_type: 'assalto',
      interlocutor_name: { nome: 'x' },
      apartment_number: ['501'],
      resident_name: 'a'.repeat(201),
      unit: '900',
      __proto__: { block: 'B' },
    }
    const spoken = [{ type: 'say', text: 'Olá.' }]
    expect(await replies(answering({ mensagem: 'Olá.', dados }))).toEqual(spoken)
    expect(await replies(answering({ mensagem: 'Olá.', dados: 'muitos' }))).toEqual(spoken)
  })

  it('need not be in UTF-8 if it says so', async () => {
    await using server = await startAiServer()
    const body = Buffer.from('{"content":{"mensagem":"Não há ninguém."}}', 'latin1')
    const contentType = 'application/json; charset=iso-8859-1'
    server.misbehave({ type: 'body', body, contentType })
    expect(await ask(await dialogueOf({ url: server.url }), said('Oi.'))).toEqual([
      { type: 'say', text: 'Não há ninguém.' },
    ])
  })
})

describe('facts over several turns', () => {
  const answer = (dados: object) => ({ content: { mensagem: 'Certo.', dados } })
  async function told(turns: readonly { dados: object; knows: object }[]) {
    let at = -1
    await using server = await startAiServer({ answer: () => answer(turns[++at]?.dados ?? {}) })
    const dialogue = await dialogueOf({ url: server.url })
    const { signal } = new AbortController()
    await using conversation = await dialogue.open(call, { history: [], facts: noFacts, signal })
    const changes: unknown[] = []
    for (const { knows } of turns) {
      const turn: Turn = { ...said('Oi.'), facts: { ...noFacts, ...knows } }
      const [first] = await all(conversation.reply(turn, { signal }))
      changes.push(first?.type === 'facts' ? first.change : null)
    }
    return changes
  }

  it('are told when they change, and withdrawn by null', async () => {
    const first = { apartment_number: '501', interlocutor_name: 'Ana' }
    expect(
      await told([
        { dados: first, knows: {} },
        { dados: first, knows: { unit: '501', visitorName: 'Ana' } },
        { dados: { ...first, apartment_number: null }, knows: { unit: '501', visitorName: 'Ana' } },
      ]),
    ).toEqual([{ unit: '501', visitorName: 'Ana' }, null, { unit: null }])
  })

  it('leave what another dialogue learnt', async () => {
    const dados = { apartment_number: null, interlocutor_name: null }
    expect(await told([{ dados, knows: { unit: '501', visitorName: 'Ana' } }])).toEqual([null])
  })

  it('name a unit that is not in the directory once, however often the server repeats it', async () => {
    const dados = { apartment_number: '999' }
    expect(
      await told([
        { dados, knows: {} },
        { dados: { ...dados, interlocutor_name: 'Ana' }, knows: {} },
        { dados: { apartment_number: '502' }, knows: { visitorName: 'Ana' } },
      ]),
    ).toEqual([{ unit: '999' }, { visitorName: 'Ana' }, { unit: '502' }])
  })
})

describe('server-sent events', () => {
  const record = 'data: {"content":{"mensagem":"Bom dia."}}'
  it.each(['', '\n', '\r\n', '\n\n', '\n\ndata: [DONE]', '\n\n: bye\n'])(
    'count also where the stream ends with %j',
    async (end) => {
      await using server = await startAiServer()
      server.misbehave({ type: 'body', body: record + end, contentType: 'text/event-stream' })
      expect(await ask(await dialogueOf({ url: server.url }), said('Oi.'))).toEqual([
        { type: 'say', text: 'Bom dia.' },
      ])
    },
  )
})

describe.each(['ndjson', 'sse'] as const)('an answer as %s', (form) => {
  it('is said from the first sentence on, while the rest has not come', async () => {
    const rest = Promise.withResolvers<void>()
    async function* answer() {
      yield { content: { mensagem: 'Bom dia, senhor.' } }
      await rest.promise
      yield { content: { mensagem: 'Para qual aparta' } }
      yield { content: { mensagem: 'mento?', dados: { intent_type: 'entrega' } } }
      yield { set_call_status: 'USER_TURN' }
    }
    await using server = await startAiServer({ form, answer })
    const dialogue = await dialogueOf({ url: server.url })
    const { signal } = new AbortController()
    await using conversation = await dialogue.open(call, { history: [], facts: noFacts, signal })
    const parts = conversation.reply(said('Oi.'), { signal })[Symbol.asyncIterator]()
    expect((await parts.next()).value).toEqual({ type: 'say', text: 'Bom dia, senhor.' })
    expect(server.pending).toBe(1)
    rest.resolve()
    expect((await parts.next()).value).toMatchObject({ change: { intentType: 'entrega' } })
    expect((await parts.next()).value).toEqual({ type: 'say', text: 'Para qual apartamento?' })
    expect((await parts.next()).done).toBe(true)
  })

  it('may say everything so far each time, and the whole again at the end', async () => {
    const texts = [
      'Bom',
      'Bom dia. Qual',
      'Bom dia. Qual é o apartamento?',
      'Bom dia. Qual é o apartamento?',
    ]
    const records = texts.map((mensagem) => ({ content: { mensagem } }))
    expect(await replies({ form, answer: () => stream(records) })).toEqual([
      { type: 'say', text: 'Bom dia.' },
      { type: 'say', text: 'Qual é o apartamento?' },
    ])
  })

  it('closes its connection when the call takes no more', async () => {
    async function* answer() {
      yield { content: { mensagem: 'Bom dia, senhor.' } }
      await new Promise(() => undefined)
    }
    await using server = await startAiServer({ form, answer })
    const dialogue = await dialogueOf({ url: server.url })
    const { signal } = new AbortController()
    await using conversation = await dialogue.open(call, { history: [], facts: noFacts, signal })
    for await (const _ of conversation.reply(said('Oi.'), { signal })) break
    await expect.poll(() => server.pending, { timeout: 10_000 }).toBe(0)
    await expect.poll(() => server.connections, { timeout: 10_000 }).toBe(0)
  })
})
