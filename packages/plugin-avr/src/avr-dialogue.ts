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

/** The last reply, of which only the next turn tells whether it was. */
type Tried = {
  readonly signal: AbortSignal
  readonly played: string
  readonly messages: readonly Message[]
  facts: Partial<Facts>
}

function createConversation(call: CallInfo, o: Opened): Conversation {
  const closed = new AbortController()
  const ledger = createFactLedger()
  const talk = createTalk(o.history)
  let last: Tried | null = null

  /** An aborted reply of which nothing was heard never was: core says its words again, if they were words. */
  function settleLast(turn: Turn): void {
    if (last !== null && !(last.signal.aborted && last.played === turn.played)) {
      talk.keep(last.messages)
      ledger.taken(last.facts)
    }
    last = null
  }

  return {
    async *reply(turn, asked) {
      const signal = AbortSignal.any([o.signal, closed.signal, asked.signal])
      signal.throwIfAborted()
      const words = wordsOfTurn(turn, call.language)
      if (words === null) {
        yield { type: 'hand-over', why: 'the visitor pressed 0' }
        return
      }
      settleLast(turn)
      const messages = talk.with(turn.played, words)
      const tried: Tried = { signal: asked.signal, played: turn.played, messages, facts: {} }
      last = tried
      const number = numberOf(turn)
      if (number === null) yield* ask({ ...o, call, turn, words, tried, ledger, signal })
      else yield { type: 'facts', change: chosenByKey(turn, number), ready: true }
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
  readonly tried: Tried
  readonly ledger: FactLedger
  readonly signal: AbortSignal
}

async function* ask(o: Asking): AsyncGenerator<Reply> {
  const { url, firstMs, totalMs, signal, turn, tried, ledger } = o
  const chunks = await post({
    url,
    option: 'plugins.avr.ai.url',
    // OpenAI's and Anthropic's containers read `messages`, n8n's and those with a memory `message`.
    body: JSON.stringify({ uuid: o.call.callId, messages: tried.messages, message: o.words }),
    headers: { 'content-type': 'application/json' },
    limits: { firstMs, nextMs: firstMs, totalMs },
    mostBytes,
    signal,
  })
  const parts = createSpokenFacts()
  const speech = createGrowingSpeech()
  let meant = false
  const repliesOf = ({ speech: words, records }: Parted): Reply[] => {
    const replies = say(speech.add(cleanText(words)))
    for (const record of records) {
      tried.facts = { ...tried.facts, ...readFacts(record) }
      const change = ledger.changes(turn, tried.facts, record['valid_for_action'] === true)
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
}

function say(sentences: readonly string[]): Reply[] {
  return sentences.map((text) => ({ type: 'say', text }))
}
