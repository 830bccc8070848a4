import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Facts, isConfigError, noFacts, type Reply, type Turn } from '@portaria/core/plugin'
import {
  type ChatAnswer,
  type ChatRequest,
  type OpenAiServer,
  startOpenAiServer,
} from '@portaria/test-kit/emulators/openai-server'
import { describe, expect, it, vi } from 'vitest'
import { all, ask, call, dialogueOf, failure, known, open, said } from './support.ts'

type Answers = (request: ChatRequest) => ChatAnswer

const visit = (given: object, text?: string): ChatAnswer => ({
  ...(text === undefined ? {} : { text }),
  calls: [{ name: 'visit', arguments: given }],
})

async function talking(answer: ChatAnswer | Answers, options: object = {}) {
  const server = await startOpenAiServer({
    answer: typeof answer === 'function' ? answer : () => answer,
  })
  const { baseURL, key } = server
  const dialogue = await dialogueOf({ baseURL, key, ai: { model: 'm', ...options } })
  return { server, dialogue, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

const contents = (server: OpenAiServer, role: string): string[] =>
  (server.chats.at(-1)?.messages ?? []).flatMap((message) =>
    message.role === role ? [message.content ?? ''] : [],
  )
const turnOf = (server: OpenAiServer): unknown =>
  JSON.parse((contents(server, 'user').at(-1) ?? '').split('\n').at(-1) ?? '')
const factsOf = (replies: readonly Reply[]) => replies.filter(({ type }) => type === 'facts')
const wordsOf = (replies: readonly Reply[]): string[] =>
  replies.flatMap((reply) => (reply.type === 'say' ? [reply.text] : []))

describe('a reply', () => {
  it('is said sentence by sentence, and then what was learnt', async () => {
    const text = 'Bom dia, Sr. João. Vou chamar o 501.'
    await using talk = await talking(visit({ unit: 501, visitorName: ' João ', ready: true }, text))
    expect(await ask(talk.dialogue, said('É o João, para o 501.'))).toEqual([
      { type: 'say', text: 'Bom dia, Sr. João.' },
      { type: 'say', text: 'Vou chamar o 501.' },
      { type: 'facts', change: { unit: '501', visitorName: 'João' }, ready: true },
    ])
  })

  it('begins while the rest is still on its way', async () => {
    await using talk = await talking({})
    const chunk = { choices: [{ index: 0, delta: { content: 'Bom dia. ' } }] }
    const piece = `data: ${JSON.stringify(chunk)}\n\n`
    talk.server.misbehave({ type: 'never-ends', piece, contentType: 'text/event-stream' })
    const conversation = await open(talk.dialogue)
    const stop = new AbortController()
    const parts = conversation.reply(said('Olá'), { signal: stop.signal })[Symbol.asyncIterator]()
    expect((await parts.next()).value).toEqual({ type: 'say', text: 'Bom dia.' })
    stop.abort(new Error('interrupted'))
    await expect(parts.next()).rejects.toThrow('interrupted')
    await vi.waitFor(() => expect(talk.server.pending).toBe(0), 10_000)
  })

  it('is not waited for by the server when the call takes no more of it', async () => {
    await using talk = await talking({})
    const chunk = { choices: [{ index: 0, delta: { content: 'Bom dia. ' } }] }
    const piece = `data: ${JSON.stringify(chunk)}\n\n`
    talk.server.misbehave({ type: 'never-ends', piece, contentType: 'text/event-stream' })
    const conversation = await open(talk.dialogue)
    const { signal } = new AbortController()
    for await (const _ of conversation.reply(said('Olá'), { signal })) break
    await vi.waitFor(() => expect(talk.server.pending).toBe(0), 10_000)
  })

  it('is asked for once more where the model only called a tool', async () => {
    await using talk = await talking(({ tool_choice: choice }) =>
      choice === 'none' ? { text: 'Qual é o seu nome?' } : visit({ unit: '501', ready: false }),
    )
    expect(await ask(talk.dialogue, said('501'))).toEqual([
      { type: 'facts', change: { unit: '501' }, ready: false },
      { type: 'say', text: 'Qual é o seu nome?' },
    ])
    const roles = talk.server.chats.at(-1)?.messages.map(({ role }) => role)
    expect(roles).toEqual(['system', 'user', 'assistant', 'tool'])
  })

  it('is not asked for again where core goes on by itself', async () => {
    await using talk = await talking(visit({ unit: '501', ready: true }))
    await ask(talk.dialogue, said('501'))
    expect(talk.server.chats).toHaveLength(1)
  })

  it('hands over and hangs up after its last words', async () => {
    const text = 'Até logo.'
    await using bye = await talking({ text, calls: [{ name: 'hang_up', arguments: {} }] })
    expect(await ask(bye.dialogue, said('Tchau'))).toEqual([
      { type: 'say', text },
      { type: 'hangup' },
    ])
    await using human = await talking({ calls: [{ name: 'hand_over', arguments: '' }] })
    expect(await ask(human.dialogue, said('Quero falar com alguém'))).toEqual([
      { type: 'hand-over', why: 'the AI asked for a human' },
    ])
  })

  it('holds what is whole when it is cut short', async () => {
    await using talk = await talking({ text: 'Bom dia. Para qual', finish: null })
    expect((await failure(ask(talk.dialogue, said('Olá')))).retryable).toBe(true)
  })

  it('has nothing that a doorman does not say', async () => {
    const text =
      '<think>O visitante {quer} algo.</think>\n**Bom dia!** 😀 Veja:\n```json\n{"unit": 1}\n```\nQual `apartamento`?'
    await using talk = await talking({ text })
    expect(wordsOf(await ask(talk.dialogue, said('Olá')))).toEqual([
      'Bom dia!',
      'Veja:',
      'Qual apartamento?',
    ])
  })

  it('ends, however much the model says', async () => {
    await using talk = await talking({ text: 'Eu falo sem parar. '.repeat(2_000) })
    const words = wordsOf(await ask(talk.dialogue, said('Olá')))
    expect(words.join(' ').length).toBeLessThanOrEqual(4_000)
  })

  it('comes as JSON from a model without tools', async () => {
    const object = {
      visit: { unit: '501', say: 'não' },
      say: 'Ol\u00E1, "Zé". Qual é o seu nome? 😀',
      hang_up: true,
    }
    const text = `\`\`\`json\n${JSON.stringify(object).replace('á', '\\u00e1')}\n\`\`\``
    await using talk = await talking({ text }, { answers: 'json' })
    expect(await ask(talk.dialogue, said('501'))).toEqual([
      { type: 'say', text: 'Olá, "Zé".' },
      { type: 'say', text: 'Qual é o seu nome?' },
      { type: 'facts', change: { unit: '501' }, ready: false },
      { type: 'hangup' },
    ])
    const [request] = talk.server.chats
    expect(request).toMatchObject({ response_format: { type: 'json_object' } })
    expect(request).not.toHaveProperty('tools')
  })

  it('is heard where a model without tools does not keep to JSON either', async () => {
    await using talk = await talking({ text: 'Bom dia. Qual apartamento?' }, { answers: 'json' })
    expect(wordsOf(await ask(talk.dialogue, said('Olá')))).toEqual([
      'Bom dia.',
      'Qual apartamento?',
    ])
    await using broken = await talking({ text: '{"visit": {"unit":' }, { answers: 'json' })
    expect((await failure(ask(broken.dialogue, said('Olá')))).retryable).toBe(true)
  })
})

describe('tools that were called', () => {
  const eventsOf = (...deltas: object[]): string => {
    const last = { choices: [{ delta: {}, finish_reason: 'tool_calls' }] }
    const chunks = [...deltas.map((delta) => ({ choices: [{ delta }] })), last]
    return chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('')
  }
  const callOf = (given: object, more: object) => ({
    tool_calls: [{ ...more, function: { name: 'visit', arguments: JSON.stringify(given) } }],
  })

  it.each([
    ['one index', { index: 0, id: 'a' }, { index: 0, id: 'b' }],
    ['no index', { id: 'a' }, { id: 'b' }],
    ['no ids', { index: 0 }, { index: 1 }],
  ])('are told apart where the server sends each at once, with %s', async (_, first, second) => {
    await using talk = await talking({})
    const body = eventsOf(
      callOf({ unit: '501', ready: false }, first),
      callOf({ block: 'B', ready: true }, second),
    )
    talk.server.misbehave({ type: 'body', contentType: 'text/event-stream', body })
    expect(await ask(talk.dialogue, said('501 B'))).toEqual([
      { type: 'facts', change: { unit: '501', block: 'B' }, ready: true },
    ])
  })

  it('are not without end', async () => {
    await using talk = await talking({})
    const calls = Array.from({ length: 1_000 }, (_, index) =>
      callOf({ unit: String(index), ready: true }, { index, id: String(index) }),
    )
    const body = eventsOf(...calls)
    talk.server.misbehave({ type: 'body', contentType: 'text/event-stream', body })
    expect(await ask(talk.dialogue, said('Olá'))).toEqual([
      { type: 'facts', change: { unit: '7' }, ready: true },
    ])
  })
})

describe('the model gets', () => {
  it('the prompt of the call’s language, between rules that stay', async () => {
    await using talk = await talking({ text: 'Hello.' })
    await ask(talk.dialogue, said('Hi'), { call: { ...call, language: 'en' } })
    const [system = ''] = contents(talk.server, 'system')
    expect(system).toMatch(
      /^# Rules[^]*never an instruction[^]*the doorman of Apoena[^]*# How to answer/u,
    )
  })

  it('a prompt of the user’s own, and the rules all the same', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'prompt-'))
    await writeFile(join(folder, 'pt-BR.md'), 'Fale como um pirata de {condominium}.')
    for (const other of ['en', 'es']) await writeFile(join(folder, `${other}.md`), 'Arr.')
    await using talk = await talking(
      { text: 'Ahoy.' },
      { promptFile: join(folder, '{language}.md') },
    )
    await rm(folder, { recursive: true })
    await ask(talk.dialogue, said('Olá'))
    const [system = ''] = contents(talk.server, 'system')
    expect(system).toMatch(/^# Rules[^]*pirata de Apoena\.[^]*# How to answer/u)
  })

  it('no prompt that cannot be read: the start says which', async () => {
    const options = { key: 'k', ai: { promptFile: '/nonexistent/{language}.md' } }
    const error: unknown = await dialogueOf(options).catch((reason: unknown) => reason)
    expect(isConfigError(error) && error.message).toMatch(/promptFile: \/nonexistent\/.*\.md/u)
  })

  it('what core knows, and never more', async () => {
    await using talk = await talking({ text: 'Qual bloco?' })
    const unit = (block: string) => ({ number: '501', block, residents: [], voipNumber: null })
    const match = { type: 'several', units: [unit('A'), unit('B')] } as const
    const facts: Facts = { ...noFacts, unit: '501' }
    await ask(talk.dialogue, said('Não sei', { facts, match }))
    expect(turnOf(talk.server)).toEqual({
      visitor: { said: 'Não sei' },
      known: { facts: { unit: '501' }, destination: 'several', blocks: ['A', 'B'] },
    })
  })

  it('what was really heard of its words, not what it said', async () => {
    await using talk = await talking({ text: 'Bom dia. Para qual apartamento, por favor?' })
    const conversation = await open(talk.dialogue)
    const { signal } = new AbortController()
    await all(conversation.reply(said('Olá', { played: 'Portaria, bom dia.' }), { signal }))
    await all(conversation.reply(said('501', { played: 'Bom dia. Para' }), { signal }))
    expect(contents(talk.server, 'assistant')).toEqual(['Portaria, bom dia.', 'Bom dia. Para'])
    expect(contents(talk.server, 'user').at(-2)).toBe('{"visitor":{"said":"Olá"}}')
  })

  it('nothing of a reply that was tried and dropped', async () => {
    await using talk = await talking({ text: 'Qual é o apartamento?' })
    const conversation = await open(talk.dialogue)
    const tried = new AbortController()
    await all(conversation.reply(said('Eu quero'), { signal: tried.signal }))
    tried.abort(new Error('the words changed'))
    await all(conversation.reply(said('Eu quero o 501'), { signal: new AbortController().signal }))
    expect(contents(talk.server, 'user')).toHaveLength(1)
  })

  it('nothing of one that asked what was asked before', async () => {
    await using talk = await talking({ text: 'Qual é o apartamento?' })
    const conversation = await open(talk.dialogue)
    const played = 'Qual é o apartamento?'
    for (const text of ['Eu', 'Eu quero']) {
      const tried = new AbortController()
      await all(conversation.reply(said(text, { played }), { signal: tried.signal }))
      tried.abort(new Error('the words changed'))
    }
    const { signal } = new AbortController()
    await all(conversation.reply(said('Eu quero o 501', { played }), { signal }))
    expect(contents(talk.server, 'assistant')).toEqual([played])
    expect(contents(talk.server, 'user').join('')).not.toMatch(/"Eu(?: quero)?"/u)
  })

  it('the turn whose reply was interrupted after its first words', async () => {
    await using talk = await talking({ text: 'Qual é o apartamento? E o seu nome?' })
    const conversation = await open(talk.dialogue)
    const cut = new AbortController()
    const reply = conversation.reply(said('É uma entrega'), { signal: cut.signal })
    for await (const _ of reply) break
    cut.abort(new Error('interrupted'))
    const { signal } = new AbortController()
    await all(conversation.reply(said('501', { played: 'Qual é o' }), { signal }))
    expect(contents(talk.server, 'user')[0]).toContain('É uma entrega')
    expect(contents(talk.server, 'assistant')).toEqual(['Qual é o'])
  })

  it('what was said before it took over, with users and doormen in turn', async () => {
    await using talk = await talking({ text: 'Certo.' })
    const history = [
      { by: 'portaria', text: 'Bom dia.' },
      { by: 'visitor', text: 'Entrega' },
      { by: 'visitor', text: 'do iFood' },
      { by: 'resident', text: 'segredo' },
    ] as const
    const conversation = await open(talk.dialogue, { history })
    await all(conversation.reply(said('501'), { signal: new AbortController().signal }))
    const messages = talk.server.chats[0]?.messages ?? []
    expect(messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user'])
    expect(JSON.stringify(messages)).not.toContain('segredo')
  })

  it('no more than it can take, however long the call', async () => {
    await using talk = await talking({ text: 'Pode repetir?' })
    const conversation = await open(talk.dialogue)
    const { signal } = new AbortController()
    for (let turn = 0; turn < 40; turn++) {
      const words = `${turn} ${'palavra '.repeat(2_000)}`
      await all(conversation.reply(said(words, { played: 'Pode repetir?' }), { signal }))
    }
    const sent = contents(talk.server, 'user').join('').length
    expect(sent).toBeLessThan(10_000)
    expect(contents(talk.server, 'user').at(-1)).toContain('39 palavra')
  })

  it('further fields of the request, as the configuration has them', async () => {
    const request = { temperature: 0.2, max_completion_tokens: 200 }
    await using talk = await talking({ text: 'Olá.' }, { request })
    await ask(talk.dialogue, said('Olá'))
    expect(talk.server.chats[0]).toMatchObject({ ...request, model: 'm', stream: true })
  })
})

describe('keys', () => {
  const pressed = (digits: string, more: Partial<Turn> = {}): Turn => ({
    ...known,
    ...more,
    type: 'digits',
    digits,
  })

  it('name the apartment whatever the model does', async () => {
    await using talk = await talking({ text: 'Qual é o seu nome?' })
    expect(await ask(talk.dialogue, pressed('*501#'))).toEqual([
      { type: 'facts', change: { unit: '501' }, ready: false },
      { type: 'say', text: 'Qual é o seu nome?' },
    ])
    expect(turnOf(talk.server)).toMatchObject({
      visitor: { pressed: '501' },
      known: { facts: { unit: '501' } },
    })
  })

  it('ask for a human without asking the model', async () => {
    await using talk = await talking({ text: 'Olá.' })
    expect(await ask(talk.dialogue, pressed('0'))).toMatchObject([{ type: 'hand-over' }])
    expect(talk.server.chats).toHaveLength(0)
  })
})

describe('a destination that is not in the directory', () => {
  it('is not told again unless the visitor says it again', async () => {
    await using talk = await talking(visit({ unit: '999', ready: true }, 'Vou chamar.'))
    const conversation = await open(talk.dialogue)
    const next = (text: string, played: string) =>
      all(conversation.reply(said(text, { played }), { signal: new AbortController().signal }))
    expect(factsOf(await next('999', ''))).toHaveLength(1)
    const refusal = 'Não encontrei esse apartamento.'
    expect(factsOf(await next('Como assim?', refusal))).toEqual([])
    expect(turnOf(talk.server)).toMatchObject({ known: { not_found: { unit: '999' } } })
    expect(factsOf(await next('É o 999 mesmo', refusal))).toHaveLength(1)
  })
})
