import type { ChatCompletionMessageParam } from 'openai/resources/chat/completions'
import {
  type CallInfo,
  type Conversation,
  createWaits,
  type Dialogue,
  type Facts,
  type Reply,
  type Turn,
  type Waits,
} from '@portaria/core/plugin'
import { type Connection, connect } from './connect.ts'
import {
  type Attempt,
  type ConversationMemory,
  createConversationMemory,
  type Destination,
} from './conversation-memory.ts'
import { passingFailure } from './failures.ts'
import { createJsonAnswer } from './json-answer.ts'
import { loadPrompts, promptFor } from './load-prompts.ts'
import { createModelSpeech } from './model-speech.ts'
import type { OpenAiOptions } from './options.ts'
import { hasDestination, type Learnt, learntFrom } from './plausible-facts.ts'
import { protocolOf } from './protocol.ts'
import { readCompletion, type ToolCall } from './read-completion.ts'
import { tools } from './tools.ts'
import { keysOf, turnMessage } from './turn-message.ts'

type Talk = {
  readonly connection: Connection
  readonly options: OpenAiOptions['ai']
  readonly system: string
  readonly call: CallInfo
  readonly memory: ConversationMemory
}

/**
 * Talks by /chat/completions. The server keeps nothing: each turn tells it what was said so far, so that a reply that
 * was aborted leaves no trace. What it learnt comes by tools, or as JSON; only plausible facts are passed on.
 */
export async function createOpenAiDialogue(o: OpenAiOptions): Promise<Dialogue> {
  const connection = connect('ai', o)
  const prompts = await loadPrompts(o.ai.promptFile)
  return {
    speculative: true,
    async open(call, { history, signal }) {
      signal.throwIfAborted()
      const [rules, format] = protocolOf(o.ai.answers, call.language)
      const prompt = promptFor(prompts[call.language], call.condominiumName)
      const system = [rules, prompt, format].join('\n\n')
      const memory = createConversationMemory(history)
      return createConversation({ connection, options: o.ai, system, call, memory }, signal)
    },
  }
}

function createConversation(talk: Talk, opened: AbortSignal): Conversation {
  const closed = new AbortController()
  return {
    async *reply(turn, asked) {
      const signal = AbortSignal.any([opened, closed.signal, asked.signal])
      signal.throwIfAborted()
      const keys = turn.type === 'digits' ? keysOf(turn.digits) : ''
      if (keys === '0') yield { type: 'hand-over', why: 'the visitor pressed 0' }
      else yield* replyTo(turn, { ...talk, keys, signal })
    },
    [Symbol.asyncDispose]() {
      closed.abort(new Error('the conversation is over'))
      return Promise.resolve()
    },
  }
}

type Replying = Talk & { readonly keys: string; readonly signal: AbortSignal }

async function* replyTo(asked: Turn, o: Replying): AsyncGenerator<Reply> {
  const { connection, options, call, memory, signal } = o
  const { where, failure } = connection
  // A unit that was keyed in needs nobody to understand it; among several, keys may choose a block.
  const keyed = o.keys !== '' && asked.match.type !== 'several'
  const turn = keyed ? { ...asked, facts: { ...asked.facts, unit: o.keys } } : asked
  if (keyed) yield { type: 'facts', change: { unit: o.keys }, ready: false }
  const notFound = refusedOf(memory.settle(asked), asked.facts)
  const attempt = memory.attempt(asked, { ...turnMessage(turn, { call, notFound }), signal })
  const tooLate = (ms: number) =>
    passingFailure(`${where}: a reply took more than ${ms} ms (plugins.openai.ai.timeoutMs)`)
  const waits = createWaits({ totalMs: options.timeoutMs, tooLate, signal })
  try {
    yield* converse(turn, { ...o, attempt, notFound, waits })
    attempt.completed()
  } catch (error) {
    waits.signal.throwIfAborted()
    throw failure(error)
  } finally {
    waits.leave()
  }
}

type Conversing = Replying & {
  readonly attempt: Attempt
  readonly notFound: Destination | null
  readonly waits: Waits
}

async function* converse(turn: Turn, o: Conversing): AsyncGenerator<Reply> {
  const { attempt, options, keys, notFound } = o
  const messages: ChatCompletionMessageParam[] = [
    { role: 'system', content: o.system },
    ...attempt.messages,
  ]
  const { said, calls } = yield* ask({ messages }, o)
  const { change, ready } = withoutRepeats(learntFrom(calls, turn), { notFound, turn })
  const learnt = ready || Object.keys(change).length > 0
  if (learnt) {
    yield { type: 'facts', change, ready }
    attempt.learnt(destinationOf({ ...turn.facts, ...change }))
  }
  const handsOver = calls.some(({ name }) => name === 'hand_over')
  const hangsUp = !handsOver && calls.some(({ name }) => name === 'hang_up')
  if (!said && !learnt && !handsOver && !hangsUp && keys === '' && calls.length === 0) {
    throw passingFailure(`${o.connection.where}: the answer says nothing`)
  }
  // A model that only called a tool waits to hear what came of it before it speaks.
  if (!said && !ready && !handsOver && calls.length > 0 && options.answers === 'tools') {
    yield* ask({ messages: [...messages, ...resultsOf(calls)], words: true }, o)
  }
  if (handsOver) yield { type: 'hand-over', why: 'the AI asked for a human' }
  if (hangsUp) yield { type: 'hangup' }
}

type Question = { readonly messages: ChatCompletionMessageParam[]; readonly words?: true }
type Answered = { readonly said: boolean; readonly calls: readonly ToolCall[] }

/** One request: says its sentences as they come. */
async function* ask({ messages, words }: Question, o: Conversing): AsyncGenerator<Reply, Answered> {
  const { connection, options, attempt, waits } = o
  const { client, model, where } = connection
  const how =
    options.answers === 'json'
      ? { response_format: { type: 'json_object' } as const }
      : { tools, ...(words === true ? { tool_choice: 'none' as const } : {}) }
  const stream = await waits.wait(
    client.chat.completions.create(
      { ...options.request, model, messages, ...how, stream: true },
      { signal: waits.signal },
    ),
  )
  const chunks = stream[Symbol.asyncIterator]()
  const completion = readCompletion(chunks, { where, waits })
  const object = options.answers === 'json' ? createJsonAnswer() : null
  const speech = createModelSpeech()
  let said = false
  for (;;) {
    const next = await completion.next()
    const sentences =
      next.done === true ? speech.end() : speech.add(object?.add(next.value) ?? next.value)
    for (const text of sentences) {
      said = true
      attempt.said(text)
      yield { type: 'say', text }
    }
    if (next.done !== true) continue
    const calls = object === null ? next.value : object.end()
    if (calls === null) throw passingFailure(`${where}: the answer is no JSON object`)
    return { said, calls }
  }
}

/** The calls as the model made them, each with a result: it was noted, and nothing else happened. */
function resultsOf(calls: readonly ToolCall[]): ChatCompletionMessageParam[] {
  const made = calls.map(({ id, name, text }) => ({
    id,
    type: 'function' as const,
    function: { name, arguments: text },
  }))
  return [
    { role: 'assistant', content: null, tool_calls: made },
    ...calls.map(({ id }) => ({
      role: 'tool' as const,
      tool_call_id: id,
      content: '{"noted":true}',
    })),
  ]
}

const places = ['unit', 'block', 'residentName'] as const

function destinationOf(facts: Facts): Destination {
  return Object.fromEntries(
    places.flatMap((name) => (facts[name] === null ? [] : [[name, facts[name]] as const])),
  )
}

/** The last destination, where core forgot it: it is not in its directory. */
function refusedOf(told: Destination | null, facts: Facts): Destination | null {
  if (told === null || Object.keys(told).length === 0 || hasDestination(facts)) return null
  return told
}

/** A destination that core refused is told again only when the visitor says it again. */
function withoutRepeats(
  { change, ready }: Learnt,
  { notFound, turn }: { notFound: Destination | null; turn: Turn },
): Learnt {
  if (notFound === null || places.some((name) => isNew(change[name], notFound[name]))) {
    return { change, ready }
  }
  const words = turn.type === 'said' ? turn.text.toLowerCase() : ''
  const again = places.flatMap((name) => notFound[name]?.toLowerCase() ?? [])
  if (again.some((place) => words.includes(place))) return { change, ready }
  const { unit: _unit, block: _block, residentName: _resident, ...others } = change
  return { change: others, ready: ready && hasDestination(turn.facts) }
}

function isNew(value: string | null | undefined, refused: string | null | undefined): boolean {
  return value != null && value !== refused
}
