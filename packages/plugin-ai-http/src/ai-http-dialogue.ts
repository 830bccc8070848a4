import {
  type CallInfo,
  type Conversation,
  createFactLedger,
  createGrowingSpeech,
  createWaits,
  type Dialogue,
  type FactLedger,
  type Facts,
  type Log,
  type Reply,
  type Turn,
  wordsOfTurn,
} from '@portaria/core/plugin'
import type { Resolve } from './agents.ts'
import { type Client, createClient, type Target } from './client.ts'
import { passingFailure, shownUrl } from './failures.ts'
import { parseAnswer } from './parse-answer.ts'
import { readRecords } from './read-records.ts'

export type AiHttpOptions = {
  readonly url: URL
  readonly timeoutMs: number
  readonly headers: Readonly<Record<string, string>>
  readonly redirects: readonly string[]
  readonly privateOrigins: readonly string[]
  readonly log: Log
  /** Aborts when the daemon stops. */
  readonly signal: AbortSignal
  readonly resolve?: Resolve
}

/**
 * Talks to the server behind `AI_API_URL`: POST `{"id","content"}` each turn, the call's UUID as `id`. The server keeps
 * the conversation, so that a reply that was tried leaves a trace: it is never tried before the turn is over. Nothing
 * is asked before the visitor said something.
 */
export function createAiHttpDialogue(o: AiHttpOptions): Dialogue {
  const client = createClient(o)
  if (o.signal.aborted) client.close()
  else o.signal.addEventListener('abort', () => client.close(), { once: true })
  const own: Target = { url: o.url, reach: 'any', secrets: true }
  return {
    speculative: false,
    async open(call, { signal }) {
      signal.throwIfAborted()
      const target = call.aiUrl === undefined ? own : client.targetOfRow(call.aiUrl)
      return createConversation(call, { ...o, client, target, signal })
    },
  }
}

type Talk = {
  readonly client: Client
  readonly target: Target
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

function createConversation(call: CallInfo, o: Talk): Conversation {
  const closed = new AbortController()
  const ledger = createFactLedger()
  return {
    async *reply(turn, asked) {
      const signal = AbortSignal.any([o.signal, closed.signal, asked.signal])
      signal.throwIfAborted()
      const content = wordsOfTurn(turn, call.language)
      if (content === null) yield { type: 'hand-over', why: 'the visitor pressed 0' }
      else yield* ask({ id: call.callId, content }, { ...o, turn, ledger, signal })
    },
    [Symbol.asyncDispose]() {
      closed.abort(new Error('the conversation is over'))
      return Promise.resolve()
    },
  }
}

type Asking = Talk & { readonly turn: Turn; readonly ledger: FactLedger }

async function* ask(message: { id: string; content: string }, o: Asking): AsyncGenerator<Reply> {
  const { client, target, timeoutMs: ms, signal, turn, ledger } = o
  const tooLate = () =>
    passingFailure(`${shownUrl(target.url)} took more than ${ms} ms (plugins.ai-http.timeoutMs)`)
  const waits = createWaits({ totalMs: ms, tooLate, signal })
  const { from, answer } = await client.post(target, JSON.stringify(message), waits)
  const speech = createGrowingSpeech()
  let facts: Partial<Facts> = {}
  let ready = false
  /** The last that core was told in this reply. */
  let last = ''
  let meant = false
  for await (const record of readRecords(answer, { from, waits })) {
    const part = parseAnswer(record)
    facts = { ...facts, ...part.facts }
    ready = part.ready ?? ready
    meant ||= part.ready === true || Object.values(part.facts ?? {}).some((fact) => fact !== null)
    const change = ledger.changes(turn, facts, ready)
    if (change !== null && JSON.stringify(change) !== last) {
      last = JSON.stringify(change)
      meant = true
      yield change
      ledger.taken(facts)
    }
    for (const text of speech.add(part.text)) {
      if (!isSpoken(text)) continue
      meant = true
      yield { type: 'say', text }
    }
  }
  for (const text of speech.end()) {
    if (!isSpoken(text)) continue
    meant = true
    yield { type: 'say', text }
  }
  if (!meant) throw passingFailure(`${shownUrl(from)}: the answer says nothing`)
}

/** "..." is what a model writes that has nothing to say. */
function isSpoken(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text)
}
