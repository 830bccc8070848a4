import type { Rate } from '../audio/frames.ts'
import { designFilterBank, type FilterBank, resample } from '../audio/resample.ts'
import type { Language } from '../language.ts'
import type { Log } from '../log.ts'
import type { TextToSpeech, Voice } from '../providers/text-to-speech.ts'
import { createClipCache } from './clip-cache.ts'
import { cutText } from './cut-text.ts'
import {
  clipOf,
  type GrowingUtterance,
  growUtterance,
  utteranceOf,
  whenComplete,
} from './growing-utterance.ts'
import { synthesizeInto, type SynthesisLimits } from './synthesize-into.ts'
import type { Utterance } from './utterance.ts'

/** How a text is to be spoken. */
export type Speaking = {
  readonly rate: Rate
  readonly language: Language
  readonly voice?: Voice
  readonly signal: AbortSignal
  /** Of the call, so that its lines carry the call; default: the voice box's own. */
  readonly log?: Log
}

/** Turns texts into samples at a leg's rate, and remembers them. */
export interface VoiceBox extends AsyncDisposable {
  /**
   * From memory at once when cached (complete before it returns), though at another rate: then it is spoken at its own
   * for the next time. Otherwise synthesised, resampled chunk by chunk, and kept. Identical requests in flight share one synthesis, which is cancelled
   * only when all who asked have aborted.
   */
  speak(text: string, o: Speaking): Utterance
  /**
   * Synthesises what is not cached yet, two at a time. Texts that fail are logged and left out;
   * rejects only when `signal` aborts.
   */
  warm(texts: readonly string[], o: Speaking): Promise<void>
  readonly cached: { readonly entries: number; readonly bytes: number }
}

const mebibyte = 1024 * 1024
const longestText = 2_000
const warmAtOnce = 2
const rates: readonly Rate[] = [8_000, 16_000]
const usualLimits: SynthesisLimits = { stallMs: 10_000, totalMs: 60_000, maxSeconds: 60 }

/** A synthesis that goes on, and how many still want it. */
type Job = {
  readonly utterance: GrowingUtterance
  readonly controller: AbortController
  readonly done: Promise<void>
  askers: number
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason), { cause: reason })
}

function failedUtterance(text: string, rate: Rate, reason: unknown): Utterance {
  const utterance = growUtterance(text, rate)
  utterance.finish(asError(reason))
  return utterance
}

function keyOf(cacheId: string, text: string, { rate, language, voice = {} }: Speaking): string {
  return JSON.stringify([cacheId, rate, language, voice.name, voice.speed, voice.style, text])
}

export function createVoiceBox(o: {
  tts: TextToSpeech
  /** Memory for finished speech. Default 64 MiB: an hour and ten minutes at 8 kHz. */
  maxBytes?: number
  limits?: Partial<SynthesisLimits>
  log: Log
}): VoiceBox {
  const { tts, log } = o
  const limits = { ...usualLimits, ...o.limits }
  const cache = createClipCache(o.maxBytes ?? 64 * mebibyte)
  const jobs = new Map<string, Job>()
  let closed = false
  const banks = new Map<string, FilterBank>()

  function bank(from: number, to: number): FilterBank {
    const pair = `${from}/${to}`
    const known = banks.get(pair) ?? designFilterBank(from, to)
    banks.set(pair, known)
    return known
  }

  /** Phrases are prepared at one rate; a leg of another need not wait for them, nor go without when no voice works. */
  function clipAtOtherRate(text: string, speaking: Speaking): Int16Array | null {
    for (const rate of rates) {
      const clip = cache.get(keyOf(tts.cacheId, text, { ...speaking, rate }))
      if (clip !== undefined) return resample(clip.samples, rate, speaking.rate)
    }
    return null
  }

  /** From here on the next request for `key` starts afresh, or finds it in the cache. */
  function end(
    key: string,
    utterance: GrowingUtterance,
    how: { failed: Error | null; keep: boolean },
  ): void {
    if (jobs.get(key)?.utterance === utterance) jobs.delete(key)
    if (how.keep) cache.set(key, clipOf(utterance))
    utterance.finish(how.failed)
  }

  function start(key: string, text: string, speaking: Speaking): Job {
    const { rate, language, voice = {} } = speaking
    const utterance = growUtterance(text, rate)
    const controller = new AbortController()
    const synthesis = { tts, text, rate, language, voice, signal: controller.signal, limits, bank }
    const done = synthesizeInto(synthesis, utterance).then(
      (keep) => end(key, utterance, { failed: null, keep }),
      (error: unknown) => end(key, utterance, { failed: asError(error), keep: false }),
    )
    const job = { utterance, controller, done, askers: 0 }
    jobs.set(key, job)
    return job
  }

  function cancel(key: string, job: Job, reason: unknown): void {
    // At once, not when the synthesis settles: who asks again meanwhile must not join a cancelled one.
    end(key, job.utterance, { failed: asError(reason), keep: false })
    job.controller.abort(reason)
  }

  /** Counts one who wants the job until they abort; the last one to leave cancels it. */
  function join(key: string, job: Job, signal: AbortSignal): void {
    job.askers += 1
    const leave = (): void => {
      job.askers -= 1
      if (job.askers === 0) cancel(key, job, signal.reason)
    }
    signal.addEventListener('abort', leave, { once: true })
    void job.done.then(() => signal.removeEventListener('abort', leave))
  }

  function shorten(text: string, sayTo: Log = log): string {
    const cut = cutText(text, longestText)
    if (cut.length < text.trim().length) {
      sayTo.warn(
        { characters: text.length, spoken: cut.length },
        'a text is too long to be spoken whole',
      )
    }
    return cut
  }

  function speak(whole: string, speaking: Speaking): Utterance {
    const { rate, signal } = speaking
    const text = shorten(whole, speaking.log)
    if (text === '') return utteranceOf(text, { rate, samples: new Int16Array(0) })
    const key = keyOf(tts.cacheId, text, speaking)
    const clip = cache.get(key)
    if (clip) return utteranceOf(text, clip)
    const samples = clipAtOtherRate(text, speaking)
    if (samples !== null) {
      if (!closed && !jobs.has(key)) start(key, text, speaking)
      return utteranceOf(text, { rate, samples })
    }
    if (closed) return failedUtterance(text, rate, new Error('The voice box is closed'))
    if (signal.aborted) return failedUtterance(text, rate, signal.reason)
    const job = jobs.get(key) ?? start(key, text, speaking)
    join(key, job, signal)
    return job.utterance
  }

  return {
    speak,
    async warm(texts, speaking) {
      const failures: { text: string; error: string }[] = []
      const wanted = [...new Set(texts.map((text) => shorten(text)))].values()
      const worker = async (): Promise<void> => {
        for (const text of wanted) {
          speaking.signal.throwIfAborted()
          if (cache.has(keyOf(tts.cacheId, text, speaking))) continue
          const utterance = speak(text, speaking)
          await whenComplete(utterance, speaking.signal)
          if (utterance.failed) failures.push({ text, error: utterance.failed.message })
        }
      }
      await Promise.all(Array.from({ length: warmAtOnce }, worker))
      if (failures.length === 0) return
      log.warn(
        { failed: failures.length, first: failures[0] },
        'some phrases could not be prepared',
      )
    },
    get cached() {
      return { entries: cache.entries, bytes: cache.bytes }
    },
    async [Symbol.asyncDispose]() {
      closed = true
      const running = [...jobs]
      for (const [key, job] of running) cancel(key, job, new Error('The voice box is closed'))
      await Promise.all(running.map(([, job]) => job.done))
    },
  }
}
