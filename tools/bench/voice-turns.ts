/** How long a visitor waits for a reply, and how long after they begin to speak over one it goes on. */
import { frameMs } from '@portaria/core/audio/frames'
import type { Pacer } from '@portaria/core/audio/pacer'
import type { TurnView } from '@portaria/core/status'
import { toneSentence } from '@portaria/test-kit/word-tones'
import { setTimeout as pause } from 'node:timers/promises'
import type { Figures } from './voice-figures.ts'
import type { Scenario, Served, VoiceServer } from './voice-link.ts'
import { loadSpeech, type Speech, visit, type Visitor } from './voice-visitor.ts'

export type Bench = { server: VoiceServer; pacer: Pacer; figures: Figures; calls: number }

/** Calls begin one after another. */
const staggerMs = 37
/** What the emulated providers take, each after its input. */
const delays = { finalAfterMs: 200, firstTokenMs: 300, firstByteMs: 150 }
const sumMs = delays.finalAfterMs + delays.firstTokenMs + delays.firstByteMs
const allowedMs = 60
const silenceMs = 700
const speeches = [
  loadSpeech('002-clean', { fromMs: 958, toMs: 3_790, silenceMs }),
  loadSpeech('003-clean', { fromMs: 864, toMs: 3_607, silenceMs }),
  loadSpeech('004-clean', { fromMs: 889, toMs: 1_841, silenceMs }),
]
/** The reply is spoken over when so much of it was heard. */
const listenedMs = 700

const quick: Scenario = {
  finalAfterMs: 0,
  firstTokenMs: 0,
  firstByteMs: 0,
  speech: { characterMs: 60 },
  speculative: false,
  reply: toneSentence(3, 1),
  silenceMs,
  failing: [],
}

/** One turn as the phone saw it, from the judgement that it is over to the first word of the reply. */
type Waited = { wireMs: number; turn: TurnView | undefined }

export async function measureTurns(bench: Bench): Promise<void> {
  const { figures } = bench
  const own = await waits(bench, { scenario: quick, turns: 4 })
  // The trace counts from the judgement that a turn is over; it comes with the next frame, or the next tick.
  const ownMs = own.flatMap(({ turn }) => turn?.audible_ms ?? [])
  figures.most('own overhead per turn, as traced', ownMs, { share: 0.5, most: 25 })
  figures.most('own overhead per turn, as traced', ownMs, { share: 0.99, most: 60 })
  const seenMs = own.map(({ wireMs }) => wireMs)
  figures.most('the same on the wire', seenMs, { share: 0.5, most: 25 })
  figures.most('the same on the wire', seenMs, { share: 0.99, most: 60 })
  tellTraces(figures, 'own overhead per turn', own)

  const delayed = await waits(bench, { scenario: { ...quick, ...delays }, turns: 4 })
  const delayedMs = delayed.map(({ wireMs }) => wireMs)
  const what = `first audible frame after ${Object.values(delays).join(' + ')} ms`
  figures.most(what, delayedMs, { share: 0.5, most: sumMs + allowedMs })
  figures.most(what, delayedMs, { share: 0.99, most: sumMs + allowedMs })
  tellTraces(figures, 'the same', delayed)

  const guessing = { ...quick, ...delays, speculative: true }
  const guessed = await waits(bench, { scenario: guessing, turns: 4 })
  const guessedMs = guessed.map(({ wireMs }) => wireMs)
  const kept = guessed.filter(({ turn }) => turn?.speculation === 'kept').length
  figures.most('the same with speculation', guessedMs, { share: 0.5, most: sumMs - 1 })
  figures.most('the same with speculation', guessedMs, { share: 0.99, most: sumMs - 1 })
  figures.tell('replies that were begun before the turn was over', `${kept} of ${guessed.length}`)

  const long = { ...quick, reply: toneSentence(20, 1) }
  const overMs = await bargeIns(bench, { scenario: long, turns: 4 })
  figures.most('speech on the wire → last audible frame', overMs, { share: 0.5, most: 200 })
  figures.most('speech on the wire → last audible frame', overMs, { share: 1, most: 200 })
}

function tellTraces(figures: Figures, what: string, waited: readonly Waited[]): void {
  const traced = waited.flatMap(({ wireMs, turn }) =>
    turn?.audible_ms == null ? [] : [{ wireMs, audibleMs: turn.audible_ms }],
  )
  figures.most(`turns of which there is no trace: ${what}`, [waited.length - traced.length], {
    share: 1,
    most: 0,
    unit: '',
  })
  const apart = traced.map(({ wireMs, audibleMs }) => Math.abs(wireMs - audibleMs))
  figures.most(`${what}: trace and wire apart`, apart, { share: 0.5, most: frameMs })
}

/** Plain turns: what each visitor waited, and what the daemon's trace says of it. */
async function waits(
  bench: Bench,
  o: { scenario: Scenario; turns: number },
): Promise<readonly Waited[]> {
  return atOnce(bench, o.scenario, async (visitor, { nth, served }) => {
    const wireMs: number[] = []
    for (let turn = 0; turn < o.turns; turn++) {
      const judgedMs = await visitor.say(speechOf(nth + turn))
      wireMs.push((await visitor.replied(judgedMs - frameMs)) - judgedMs)
    }
    // A turn is on record when its reply has been said.
    await visitor.phone.quiet(300)
    const turns = await served.turns(visitor.phone.uuid)
    return wireMs.map((waitedMs, turn) => ({ wireMs: waitedMs, turn: turns[turn] }))
  })
}

/** Turns spoken over the reply to the one before: how long it went on. */
async function bargeIns(
  bench: Bench,
  o: { scenario: Scenario; turns: number },
): Promise<readonly number[]> {
  return atOnce(bench, o.scenario, async (visitor, { nth }) => {
    const overMs: number[] = []
    let judgedMs = await visitor.say(speechOf(nth))
    for (let turn = 1; turn <= o.turns; turn++) {
      await visitor.replied(judgedMs)
      await pause(listenedMs)
      const speech = speechOf(nth + turn)
      const spokeMs = await visitor.phone.speak(speech.samples)
      judgedMs = spokeMs + speech.judgedAfterMs
      const last = visitor.heard.findLast(({ atMs, tone }) => tone !== null && atMs < judgedMs)
      overMs.push((last?.atMs ?? Infinity) - spokeMs)
    }
    return overMs
  })
}

function speechOf(nth: number): Speech {
  const speech = speeches[nth % speeches.length]
  if (speech === undefined) throw new RangeError('there is no speech')
  return speech
}

/** All calls at once: what they found, one after another. */
async function atOnce<T>(
  { server, pacer, calls }: Bench,
  scenario: Scenario,
  one: (visitor: Visitor, o: { nth: number; served: Served }) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const served = await server.start(scenario)
  const all = await Promise.all(
    Array.from({ length: calls }, async (_, nth) => {
      await pause(nth * staggerMs)
      await using visitor = await visit({ port: served.port, pacer })
      await visitor.phone.heard(0)
      return await one(visitor, { nth, served })
    }),
  )
  await served.stop()
  return all.flat()
}
