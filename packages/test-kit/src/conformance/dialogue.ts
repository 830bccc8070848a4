import assert from 'node:assert/strict'
import {
  type CallInfo,
  type Conversation,
  type Dialogue,
  type Facts,
  languages,
  noFacts,
  type Reply,
  type Turn,
} from '@portaria/core/plugin'
import {
  type Bench,
  type Check,
  type ConformanceOptions,
  createChecks,
  failureOf,
  hardTexts,
  orRefused,
} from './check.ts'

export type DialogueConformanceOptions = ConformanceOptions<Dialogue> & {
  /** The same turn gets the same reply: then an aborted one is shown to leave no trace. Default false. */
  readonly repeatable?: boolean
}

const known = { facts: noFacts, match: { type: 'none' }, played: '' } as const
const said = (text: string): Turn => ({ ...known, type: 'said', text })

/** What every dialogue promises (packages/core/src/providers/dialogue.ts). */
export function dialogueConformance(o: DialogueConformanceOptions): readonly Check[] {
  const { checks, check, faults } = createChecks(o)
  let calls = 0
  const open = (bench: Bench<Dialogue>): Promise<Conversation> => {
    const call = callInfo(`00000000-0000-4000-8000-${String(++calls).padStart(12, '0')}`)
    const { signal } = bench.use
    const opening = bench.provider.open(call, { history: [], facts: noFacts, signal })
    return bench.settled(opening, 'open')
  }
  const ask = ({ use }: Bench<Dialogue>, conversation: Conversation, turn: Turn) =>
    repliesOf(conversation.reply(turn, { signal: use.signal }))

  check('says whether an aborted reply leaves a trace', async ({ provider }) => {
    assert.equal(typeof provider.speculative, 'boolean')
  })

  check('knows the fixed sentences of each language, if any', async ({ provider }) => {
    for (const language of languages) {
      for (const phrase of provider.phrases?.(language) ?? []) assert.match(phrase, /\S/u)
    }
  })

  const turns: Record<string, Turn> = {
    words: said('Bom dia, é o João, entrega para o apartamento 501.'),
    digits: { ...known, type: 'digits', digits: '501#' },
    silence: { ...known, type: 'silence', times: 1 },
  }
  for (const [what, turn] of Object.entries(turns)) {
    check(`replies to ${what}, in words that core knows`, async (bench) => {
      await using conversation = await open(bench)
      const replies = await bench.settled(ask(bench, conversation, turn), 'the reply')
      assert.ok(replies.length > 0, 'it said and learnt nothing')
    })
  }

  check('replies turn after turn, and to two callers at a time', async (bench) => {
    await using first = await open(bench)
    await using second = await open(bench)
    for (const text of ['Boa tarde.', 'Apartamento 501.', 'É o João.']) {
      const both = [ask(bench, first, said(text)), ask(bench, second, said(text))]
      await bench.settled(Promise.all(both), 'both replies')
    }
  })

  for (const text of hardTexts) {
    const title = text.length > 60 ? `${text.length} characters` : JSON.stringify(text)
    check(`ends, or says no, for ${title}`, async (bench) => {
      await using conversation = await open(bench)
      await bench.settled(orRefused(ask(bench, conversation, said(text))), 'the reply')
    })
  }

  check('does not begin when nobody waits any more', async (bench) => {
    await using conversation = await open(bench)
    const gone = AbortSignal.abort(new Error('gone'))
    const reply = repliesOf(conversation.reply(said('Boa tarde.'), { signal: gone }))
    const replies = reply.catch(() => [])
    assert.deepEqual(await bench.settled(replies, 'a reply that nobody waits for'), [])
  })

  check('stops when the visitor speaks on, and replies to what comes then', async (bench) => {
    await using conversation = await open(bench)
    const stop = new AbortController()
    const reply = repliesOf(conversation.reply(said('Boa'), { signal: stop.signal }))
    stop.abort(new Error('spoken on'))
    await bench.settled(failureOf(reply), 'an aborted reply')
    const next = ask(bench, conversation, said('Boa tarde, apartamento 501.'))
    assert.ok((await bench.settled(next, 'the next reply')).length > 0)
  })

  check('lets go when the call takes no more of a reply', async (bench) => {
    await using conversation = await open(bench)
    const leave = async (): Promise<void> => {
      const { signal } = bench.use
      for await (const _ of conversation.reply(said('Boa tarde.'), { signal })) return
    }
    await bench.settled(leave(), 'leaving')
  })

  check('leaves no trace of an aborted reply, where it says so', async (bench) => {
    if (!bench.provider.speculative || o.repeatable !== true) return
    await using fresh = await open(bench)
    await using tried = await open(bench)
    const turn = said('Boa tarde, é o João, apartamento 501.')
    const stop = new AbortController()
    const aborted = repliesOf(tried.reply(turn, { signal: stop.signal }))
    stop.abort(new Error('the words changed'))
    await bench.settled(failureOf(aborted), 'an aborted reply')
    const both = Promise.all([ask(bench, tried, turn), ask(bench, fresh, turn)])
    const [after, alone] = await bench.settled(both, 'both replies')
    assert.deepEqual(after, alone)
  })

  check('closes in the middle of a reply, and twice', async (bench) => {
    const conversation = await open(bench)
    const reply = ask(bench, conversation, said('Boa tarde.'))
    const ended = failureOf(reply)
    await bench.settled(conversation[Symbol.asyncDispose](), 'closing')
    await bench.settled(conversation[Symbol.asyncDispose](), 'closing again')
    await bench.settled(ended, 'the reply')
  })

  faults(async (bench) => {
    await using conversation = await open(bench)
    const replies = await ask(bench, conversation, said('Boa tarde.'))
    throw new Error(`nothing failed: ${JSON.stringify(replies)}`)
  })
  return checks
}

function callInfo(callId: string): CallInfo {
  return {
    callId,
    ramal: '1000',
    condominiumId: 1,
    condominiumName: 'Apoena',
    language: 'pt-BR',
    canHear: true,
  }
}

async function repliesOf(parts: AsyncIterable<Reply>): Promise<Reply[]> {
  const replies: Reply[] = []
  for await (const reply of parts) {
    checkReply(reply)
    replies.push(reply)
  }
  return replies
}

const factNames = Object.keys(noFacts) as readonly (keyof Facts)[]

function checkReply(reply: Reply): void {
  switch (reply.type) {
    case 'say':
      assert.match(reply.text, /\S/u)
      break
    case 'facts':
      assert.equal(typeof reply.ready, 'boolean')
      for (const [name, value] of Object.entries(reply.change)) {
        assert.ok((factNames as readonly string[]).includes(name), `no fact is called ${name}`)
        assert.ok(value === null || (typeof value === 'string' && value !== ''), `${name} is empty`)
      }
      break
    case 'hand-over':
      assert.equal(typeof reply.why, 'string')
      break
    case 'hangup':
      break
    default:
      assert.fail(`core knows no reply ${JSON.stringify(reply)}`)
  }
}
