import {
  type CallInfo,
  chosenByKey,
  cleanText,
  type Conversation,
  createFactLedger,
  createGrowingSpeech,
  type Dialogue,
  type FactLedger,
  type Facts,
  readFacts,
  type Reply,
  type Said,
  type Turn,
  wordsOfTurn,
} from '@portaria/core/plugin'
import { answerTexts } from './answer-texts.ts'
import { passingFailure, shownUrl } from './failures.ts'
import type { DialogueOptions } from './options.ts'
import { post } from './post.ts'
import { createSpokenFacts, type Parted } from './spoken-facts.ts'
import { createTalk, type Message } from './talk.ts'

const mostBytes = 1024 * 1024

/**
 * A language model behind `/prompt-stream`. It gives text only: facts are read from a JSON object that the operator's
 * prompt has it add, and a number from the keypad is a fact without it.
 */
export function createAvrDialogue(o: DialogueOptions): Dialogue {
  return {
    speculative: o.speculative,
    async open(call, { history, signal }) {
      signal.throwIfAborted()
      return createConversation(call, { ...o, history, signal })
    },
  }
}

type Opened = DialogueOptions & { readonly history: readonly Said[]; readonly signal: AbortSignal }

function createConversation(call: CallInfo, o: Opened): Conversation {
  const closed = new AbortController()
  const ledger = createFactLedger()
  const talk = createTalk(o.history)
  return {
    async *reply(turn, asked) {
      const signal = AbortSignal.any([o.signal, closed.signal, asked.signal])
      signal.throwIfAborted()
      const words = wordsOfTurn(turn, call.language)
      if (words === null) {
        yield { type: 'hand-over', why: 'the visitor pressed 0' }
        return
      }
      const messages = talk.with(turn.played, words)
      if (!o.speculative) talk.keep(messages)
      const number = numberOf(turn)
      if (number === null) yield* ask({ ...o, call, turn, words, messages, ledger, signal })
      else yield { type: 'facts', change: chosenByKey(turn, number), ready: true }
      talk.keep(messages)
    },
    [Symbol.asyncDispose]() {
      closed.abort(new Error('the conversation is over'))
      return Promise.resolve()
    },
  }
}

/** The digits of `501#`; null: none were pressed, or `*` asks to hear it again. */
function numberOf(turn: Turn): string | null {
  if (turn.type !== 'digits') return null
  const number = turn.digits.slice(turn.digits.lastIndexOf('*') + 1).replace(/\D/gu, '')
  return number === '' ? null : number
}

type Asking = DialogueOptions & {
  readonly call: CallInfo
  readonly turn: Turn
  readonly words: string
  readonly messages: readonly Message[]
  readonly ledger: FactLedger
  readonly signal: AbortSignal
}

async function* ask(o: Asking): AsyncGenerator<Reply> {
  const { url, firstMs, totalMs, signal, turn, ledger } = o
  const chunks = await post({
    url,
    option: 'plugins.avr.ai.url',
    // OpenAI's and Anthropic's containers read `messages`, n8n's and those with a memory `message`.
    body: JSON.stringify({ uuid: o.call.callId, messages: o.messages, message: o.words }),
    headers: { 'content-type': 'application/json' },
    limits: { firstMs, nextMs: firstMs, totalMs },
    mostBytes,
    signal,
  })
  const parts = createSpokenFacts()
  const speech = createGrowingSpeech()
  let meant = false
  let facts: Partial<Facts> = {}
  const repliesOf = ({ speech: words, records }: Parted): Reply[] => {
    const replies = say(speech.add(cleanText(words)))
    for (const record of records) {
      facts = { ...facts, ...readFacts(record) }
      const change = ledger.changes(turn, facts, record['valid_for_action'] === true)
      if (change !== null) replies.push(change)
    }
    return replies
  }
  for await (const text of answerTexts(chunks, o.form)) {
    for (const reply of repliesOf(parts.push(text))) {
      meant = true
      yield reply
    }
  }
  for (const reply of [...repliesOf(parts.end()), ...say(speech.end())]) {
    meant = true
    yield reply
  }
  if (!meant) throw passingFailure(`${shownUrl(url)}: the answer says nothing`)
  ledger.taken(facts)
}

function say(sentences: readonly string[]): Reply[] {
  return sentences.map((text) => ({ type: 'say', text }))
}
