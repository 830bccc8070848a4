/** What it adds to a turn that a provider fails and another goes on, and that no word is said twice then. */
import { timesOfWords, toneSentence, type ToneSpeech, wordsIn } from '@portaria/test-kit/word-tones'
import type { Failing, Scenario, Served } from './voice-link.ts'
import type { Bench } from './voice-turns.ts'
import { loadSpeech, type ToneHeard, visit, type Visitor } from './voice-visitor.ts'

const silenceMs = 700
const speech = loadSpeech('004-clean', { fromMs: 889, toMs: 1_841, silenceMs })
const allowedMs = 50
const turnsOfEach = 3

/** As core/plugins/compose-providers.ts sets them where another provider stands behind. */
type Case = Pick<Failing, 'kind' | 'fault'> & {
  readonly limitMs: number
  readonly how: string
  /** Something was heard before it failed: what counts is the silence after that. */
  readonly gap?: true
}
const cases: readonly Case[] = [
  { kind: 'stt', fault: 'error', limitMs: 0, how: 'fails when a turn begins' },
  { kind: 'stt', fault: 'drop', limitMs: 0, how: 'drops in the middle of a turn' },
  { kind: 'stt', fault: 'hang', limitMs: 2_500, how: 'sends no words' },
  { kind: 'dialogue', fault: 'error', limitMs: 0, how: 'fails' },
  { kind: 'dialogue', fault: 'hang', limitMs: 5_000, how: 'sends nothing' },
  { kind: 'tts', fault: 'error', limitMs: 0, how: 'fails' },
  { kind: 'tts', fault: 'hang', limitMs: 2_500, how: 'sends nothing' },
  { kind: 'tts', fault: 'drop', limitMs: 0, how: 'drops in the middle of a sentence', gap: true },
  {
    kind: 'tts',
    fault: 'stall',
    limitMs: 2_000,
    how: 'hangs in the middle of a sentence',
    gap: true,
  },
]

/** The first turn of each call goes well, and is what the next one, which fails, is compared with. */
const failEvery = 2

const plain: Scenario = {
  finalAfterMs: 0,
  firstTokenMs: 0,
  firstByteMs: 0,
  speech: { characterMs: 60 },
  speculative: false,
  reply: toneSentence(6, 1),
  silenceMs,
  failing: [],
}

export async function measureFailover({ server, pacer, figures }: Bench): Promise<void> {
  const added = await Promise.all(
    cases.map(async (each) => {
      const failing = [{ ...each, every: failEvery }]
      const served = await server.start({ ...plain, failing })
      // One after another: three failures in a row would have the provider left out.
      const addedMs: number[] = []
      for (let turn = 0; turn < turnsOfEach; turn++) {
        await using visitor = await visit({ port: served.port, pacer })
        addedMs.push(await addedTo(visitor, each.gap === true ? longestGap : firstWord))
      }
      await served.stop()
      return { ...each, addedMs }
    }),
  )
  for (const { kind, how, limitMs, addedMs } of added) {
    figures.most(`${kind} ${how}: added to its turn`, addedMs, {
      share: 1,
      most: limitMs + allowedMs,
    })
  }
}

/** By how much a turn that fails takes longer than the one before it. */
async function addedTo(visitor: Visitor, measure: (reply: ReplyHeard) => number): Promise<number> {
  await visitor.phone.heard(0)
  const well = measure(await hearReply(visitor))
  const failed = measure(await hearReply(visitor))
  return failed - well
}

/** What came from the first word of a reply to its last, and when that turn was judged to be over. */
type ReplyHeard = { readonly judgedMs: number; readonly frames: readonly ToneHeard[] }

async function hearReply(visitor: Visitor, o: { isCut?: true } = {}): Promise<ReplyHeard> {
  const judgedMs = await visitor.say(speech)
  const fromMs = await visitor.replied(judgedMs)
  // The last word of a reply that was cut may be missing.
  if (o.isCut === true) await visitor.phone.quiet(afterCutMs)
  else await untilWords(visitor, { sinceMs: judgedMs, last: lastOf(plain.reply) })
  return { judgedMs, frames: visitor.heard.filter(({ atMs }) => atMs >= fromMs) }
}

function firstWord({ judgedMs, frames }: ReplyHeard): number {
  return (frames[0]?.atMs ?? Infinity) - judgedMs
}

/** The longest silence between its words. */
function longestGap({ frames }: ReplyHeard): number {
  const sounding = frames.filter(({ tone }) => tone !== null).map(({ atMs }) => atMs)
  return Math.max(...sounding.slice(1).map((atMs, i) => atMs - (sounding[i] ?? atMs)))
}

/** Resolves when the reply's last word was heard to its end. */
async function untilWords(
  visitor: Visitor,
  o: { sinceMs: number; last: string | undefined },
): Promise<void> {
  for (;;) {
    await visitor.phone.quiet(240)
    const heard = visitor.heard.filter(({ atMs }) => atMs >= o.sinceMs).map(({ tone }) => tone)
    if (wordsIn(heard).at(-1)?.word === o.last) return
    await visitor.phone.heard()
  }
}

function lastOf(sentence: string): string | undefined {
  return timesOfWords(sentence, plain.speech).at(-1)?.word
}

/** Sentences are cut at so many places each, from the first word to the last; daemons share the work. */
const cutsEach = 6
const daemons = 5
const cutStepMs = 90
/** A word of which so much was heard was heard. */
const heardShare = 0.75
/** Nothing more comes of a reply that was cut when it was quiet for so long. */
const afterCutMs = 700
const lostShare = 0.5
const begunShare = 0.15

/** A voice whose words last as long as they are written, and one whose words may last a quarter more or less. */
export async function measureRepeats(bench: Bench): Promise<void> {
  const { figures } = bench
  const even = await cutSentences(bench, plain.speech)
  figures.most(`${even.cuts} sentences cut: words heard twice`, [even.repeated], none)
  figures.tell('words of which less than half was heard', String(even.lost))
  figures.tell('words cut short, and said again', String(even.begunTwice))
  const uneven = await cutSentences(bench, { ...plain.speech, uneven: 0.25 })
  const found = `${uneven.repeated} twice, ${uneven.lost} less than half`
  figures.tell(`${uneven.cuts} sentences of uneven words cut`, found)
}

const none = { share: 1, most: 0, unit: '' }

async function cutSentences(
  { server, pacer }: Bench,
  voice: ToneSpeech,
): Promise<Count & { cuts: number }> {
  const counts = await Promise.all(
    Array.from({ length: daemons }, async (_, nth) => {
      const cut = { fromMs: 100 + nth * cutsEach * cutStepMs, stepMs: cutStepMs }
      const failing = [{ kind: 'tts', fault: 'drop', every: failEvery, cut } as const]
      const served = await server.start({ ...plain, speech: voice, failing })
      const counted = await countRepeats(served, { pacer, voice })
      await served.stop()
      return counted
    }),
  )
  const total = (what: keyof Count): number =>
    counts.flat().reduce((sum, count) => sum + count[what], 0)
  return {
    cuts: counts.flat().length,
    repeated: total('repeated'),
    lost: total('lost'),
    begunTwice: total('begunTwice'),
  }
}

type Count = { repeated: number; lost: number; begunTwice: number }

async function countRepeats(
  served: Served,
  o: { pacer: Bench['pacer']; voice: ToneSpeech },
): Promise<readonly Count[]> {
  await using visitor = await visit({ port: served.port, pacer: o.pacer })
  await visitor.phone.heard(0)
  const counts: Count[] = []
  for (let cut = 0; cut < cutsEach; cut++) {
    await hearReply(visitor)
    const { frames } = await hearReply(visitor, { isCut: true })
    counts.push(countWords(wordsIn(frames.map(({ tone }) => tone)), o.voice))
  }
  return counts
}

/** A word that is cut short and said again may sound like one long one: what counts is how long it was heard in all. */
function countWords(heard: readonly { word: string; heardMs: number }[], voice: ToneSpeech): Count {
  const words = timesOfWords(plain.reply, voice)
  const shares = words.map(({ word, fromMs, toMs }) => {
    const pieces = heard.filter((each) => each.word === word)
    const heardMs = pieces.reduce((sum, piece) => sum + piece.heardMs, 0)
    return heardMs / (toMs - fromMs)
  })
  return {
    repeated: shares.filter((share) => share >= 1 + heardShare).length,
    lost: shares.filter((share) => share < lostShare).length,
    begunTwice: shares.filter((share) => share > 1 + begunShare && share < 1 + heardShare).length,
  }
}
