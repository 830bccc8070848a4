/** A suite is worth what it notices: each of these providers breaks one promise of its interface. */
import { setTimeout as sleep } from 'node:timers/promises'
import type {
  Conversation,
  Dialogue,
  Heard,
  Speech,
  SpeechToText,
  TextToSpeech,
  Transcriber,
} from '@portaria/core/plugin'
import { describe, expect, it } from 'vitest'
import { type Check, failureOf } from '../../src/conformance/check.ts'
import { dialogueConformance } from '../../src/conformance/dialogue.ts'
import { sttConformance } from '../../src/conformance/stt.ts'
import { ttsConformance } from '../../src/conformance/tts.ts'
import { createScriptedStt } from '../../src/scripted-stt.ts'
import { createToneVoice } from '../../src/tone-voice.ts'

const limitMs = 100

/** The titles of the checks that fail. */
async function failing(checks: readonly Check[]): Promise<string[]> {
  const titles: string[] = []
  for (const { title, run } of checks) {
    const error = await failureOf(run())
    if (!(error instanceof Error && error.message === 'nothing failed')) titles.push(title)
  }
  return titles
}

async function* flat<T>(parts: AsyncIterable<T>, each: (part: T) => Iterable<T>) {
  for await (const part of parts) yield* each(part)
}

describe('the suite for voices notices one that', () => {
  const voice = createToneVoice()
  type Synthesize = TextToSpeech['synthesize']
  const synthesizing = (synthesize: Synthesize): TextToSpeech => ({ ...voice, synthesize })
  const deaf: Synthesize = (text, o) =>
    voice.synthesize(text, { ...o, signal: new AbortController().signal })
  const inPieces = ({ rate, audio }: Speech): Speech => ({
    rate,
    audio: flat(audio, (chunk) =>
      Array.from({ length: chunk.length / 320 }, (_, n) => chunk.subarray(n * 320, n * 320 + 320)),
    ),
  })
  async function* hissing(): AsyncGenerator<Uint8Array> {
    for (;;) {
      yield new Uint8Array(160)
      await sleep(1)
    }
  }
  let ids = 0

  const broken: [string, TextToSpeech, RegExp][] = [
    ['begins though nobody waits', synthesizing(deaf), /does not begin/u],
    [
      'goes on when nobody waits any more',
      synthesizing(async (text, o) => {
        o.signal.throwIfAborted()
        return inPieces(await deaf(text, o))
      }),
      /stops in the middle/u,
    ],
    [
      'never ends what has no words',
      synthesizing(async (text, o) =>
        /[a-z]/u.test(text) ? voice.synthesize(text, o) : { rate: 8_000, audio: hissing() },
      ),
      /ends, or says no/u,
    ],
    [
      'fails with an error of its own',
      synthesizing((text, o) =>
        text === '' ? Promise.reject(new Error('empty')) : voice.synthesize(text, o),
      ),
      /ends, or says no/u,
    ],
    [
      'is found under another name each time',
      {
        get cacheId() {
          return String(ids++)
        },
        synthesize: (text, o) => voice.synthesize(text, o),
      },
      /always alike/u,
    ],
    ['never gets ready', { ...voice, warm: () => new Promise(() => undefined) }, /gets ready/u],
    [
      'has the wrong rate',
      synthesizing(async (text, o) => ({ ...(await voice.synthesize(text, o)), rate: 800 })),
      /sane time/u,
    ],
    ['is silent', createToneVoice({ amplitude: 0 }), /loud enough/u],
  ]
  it.each(broken)('%s', async (_, provider, title) => {
    const failed = await failing(ttsConformance({ make: () => provider, limitMs }))
    expect(failed.join('\n')).toMatch(title)
  })
})

describe('the suite for recognisers notices one that', () => {
  type Change = (transcriber: Transcriber) => Partial<Transcriber>
  const heardAs =
    (change: (heard: Heard) => Heard[]): Change =>
    ({ heard }) => ({ heard: flat(heard, change) })
  const legs = Array.from({ length: 50 }, () => ['um', 'dois', 'três'])

  const withChange = (change: Change): SpeechToText => {
    const stt = createScriptedStt({ legs })
    return {
      ...stt,
      async open(o) {
        const transcriber = await stt.open(o)
        return { ...transcriber, ...change(transcriber) }
      },
    }
  }
  const closing: Change = (transcriber) => {
    let closed = false
    return {
      write(pcm) {
        if (closed) throw new Error('closed')
        transcriber.write(pcm)
      },
      async [Symbol.asyncDispose]() {
        closed = true
        await transcriber[Symbol.asyncDispose]()
      },
    }
  }
  const forgetful: Change = (transcriber) => {
    let latest = 0
    return {
      begin(turn, o) {
        latest = turn
        transcriber.begin(turn, o)
      },
      heard: flat(transcriber.heard, (heard) => (heard.turn === latest ? [heard] : [])),
    }
  }
  async function* andNeverEnds(heard: AsyncIterable<Heard>): AsyncGenerator<Heard> {
    yield* heard
    await new Promise(() => undefined)
  }

  const broken: [string, Change, RegExp][] = [
    ['is never done', heardAs((heard) => (heard.type === 'done' ? [] : [heard])), /once .* done/u],
    [
      'is done twice',
      heardAs((heard) => (heard.type === 'done' ? [heard, heard] : [heard])),
      /turn after turn/u,
    ],
    [
      'is done before its final',
      heardAs((heard) =>
        heard.type === 'final' ? [{ type: 'done', turn: heard.turn }, heard] : [],
      ),
      /once .* done/u,
    ],
    [
      'gives words to the turn before',
      heardAs((heard) => (heard.type === 'final' ? [{ ...heard, turn: heard.turn - 1 }] : [heard])),
      /hears a turn/u,
    ],
    [
      'is 90 times sure',
      heardAs((heard) => (heard.type === 'final' ? [{ ...heard, confidence: 90 }] : [heard])),
      /hears a turn/u,
    ],
    ['forgets a turn when the next begins', forgetful, /though the next has begun/u],
    ['minds sound that comes too late', closing, /closes in the middle/u],
    [
      'does not end with its leg',
      ({ heard }) => ({ heard: andNeverEnds(heard) }),
      /when the leg is over/u,
    ],
  ]
  it.each(broken)('%s', async (_, change, title) => {
    const failed = await failing(sttConformance({ make: () => withChange(change), limitMs }))
    expect(failed.join('\n')).toMatch(title)
  })
})

describe('the suite for dialogues notices one that', () => {
  type Replies = Conversation['reply']
  const replying = (make: () => Replies): Dialogue => ({
    speculative: true,
    open: () => Promise.resolve({ reply: make(), [Symbol.asyncDispose]: () => Promise.resolve() }),
  })
  const say = (text: string) => ({ type: 'say', text }) as const

  const broken: [string, Dialogue, RegExp][] = [
    ['says nothing', replying(() => async function* () {}), /replies to words/u],
    [
      'says a blank',
      replying(
        () =>
          async function* () {
            yield say(' ')
          },
      ),
      /replies to words/u,
    ],
    [
      'never ends',
      replying(
        () =>
          async function* (_, { signal }) {
            for (; !signal.aborted; await sleep(1)) yield say('sim')
          },
      ),
      /replies to words/u,
    ],
    [
      'replies though nobody waits',
      replying(
        () =>
          async function* () {
            yield say('sim')
          },
      ),
      /does not begin/u,
    ],
    [
      'keeps a trace of what was aborted',
      replying(() => {
        let turns = 0
        return async function* (_, { signal }) {
          turns += 1
          await sleep(1)
          signal.throwIfAborted()
          yield say(String(turns))
        }
      }),
      /leaves no trace/u,
    ],
    [
      'has facts that are not known',
      replying(
        () =>
          async function* () {
            const change = Object.fromEntries([['apartment', '501']])
            yield { type: 'facts', change, ready: true }
          },
      ),
      /replies to words/u,
    ],
    [
      'fails with an error of its own',
      replying(
        () =>
          async function* (turn, { signal }) {
            signal.throwIfAborted()
            if (turn.type === 'said' && turn.text === '...') throw new Error('nothing said')
            yield say('sim')
          },
      ),
      /ends, or says no/u,
    ],
  ]
  it.each(broken)('%s', async (_, provider, title) => {
    const checks = dialogueConformance({ make: () => provider, repeatable: true, limitMs })
    expect((await failing(checks)).join('\n')).toMatch(title)
  })
})
