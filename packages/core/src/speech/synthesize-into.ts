import { orAbort } from '../abortable.ts'
import { createResampler, type FilterBank } from '../audio/resample.ts'
import type { Rate } from '../audio/frames.ts'
import { isProviderError, messageOf, ProviderError } from '../errors.ts'
import type { Language } from '../language.ts'
import type { TextToSpeech, Voice } from '../providers/text-to-speech.ts'
import type { GrowingUtterance } from './growing-utterance.ts'
import { createPcmDecoder } from './pcm-decoder.ts'

/** What one sentence may take of a provider. */
export type SynthesisLimits = {
  /** Longest wait for the first chunk, and between two. */
  readonly stallMs: number
  /** Longest synthesis of one sentence. */
  readonly totalMs: number
  /** Longest speech for one sentence. */
  readonly maxSeconds: number
}

export type Synthesis = {
  readonly tts: TextToSpeech
  readonly text: string
  readonly rate: Rate
  readonly language: Language
  readonly voice: Voice
  readonly signal: AbortSignal
  readonly limits: SynthesisLimits
  readonly bank: (from: number, to: number) => FilterBank
}

/** Below this peak (-44 dBFS), or this length, nobody hears a word. */
const quietestPeak = 200
const shortestMs = 40

function peakOf(chunks: readonly Int16Array[]): number {
  let peak = 0
  for (const chunk of chunks) for (const sample of chunk) peak = Math.max(peak, Math.abs(sample))
  return peak
}

/** Something that should be heard but cannot be: a vendor's outage often looks like this. */
function checkAudible({ tts, text, rate }: Synthesis, chunks: readonly Int16Array[]): void {
  if (!/[\p{L}\p{N}]/u.test(text)) return
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
  if (length * 1_000 >= shortestMs * rate && peakOf(chunks) >= quietestPeak) return
  throw new ProviderError(tts.cacheId, 'The voice sent silence instead of speech', {
    retryable: true,
  })
}

async function receive(
  o: Synthesis,
  into: GrowingUtterance,
  onAudio: () => void,
): Promise<boolean> {
  const { tts, text, rate, language, voice, signal } = o
  const speech = await tts.synthesize(text, { rate, language, voice, signal })
  const resampler = createResampler(speech.rate, rate, o.bank(speech.rate, rate))
  const decode = createPcmDecoder()
  let seconds = 0
  for await (const bytes of speech.audio) {
    if (signal.aborted) return false
    if (bytes.length > 0) onAudio()
    const samples = decode(bytes)
    seconds += samples.length / speech.rate
    if (seconds > o.limits.maxSeconds) {
      const limit = `more than ${o.limits.maxSeconds} s of speech for one sentence`
      throw new ProviderError(tts.cacheId, `The voice sent ${limit}`)
    }
    into.by = speech.by ?? null
    into.push(resampler.push(samples))
  }
  into.push(resampler.flush())
  return speech.keep?.() ?? true
}

/**
 * Has one sentence spoken into an utterance, at a leg's rate. Rejects with ProviderError, or with the signal's reason
 * when it aborts, promptly even if the provider does not listen to it. The utterance is left for the caller to finish.
 * Resolves with whether it may be kept for the next time.
 */
export async function synthesizeInto(o: Synthesis, into: GrowingUtterance): Promise<boolean> {
  const { cacheId } = o.tts
  const limit = new AbortController()
  const signal = AbortSignal.any([o.signal, limit.signal])
  const tooSlow = (what: string) => (): void =>
    limit.abort(new ProviderError(cacheId, `The voice ${what}`, { retryable: true }))
  const stall = setTimeout(tooSlow(`sent nothing for ${o.limits.stallMs} ms`), o.limits.stallMs)
  const total = setTimeout(tooSlow(`did not end in ${o.limits.totalMs} ms`), o.limits.totalMs)
  try {
    const keep = await orAbort(
      receive({ ...o, signal }, into, () => void stall.refresh()),
      signal,
    )
    checkAudible(o, into.chunks)
    return keep
  } catch (error) {
    if (o.signal.aborted) throw o.signal.reason
    if (isProviderError(error)) throw error
    const message = `The voice failed: ${messageOf(error)}`
    throw new ProviderError(cacheId, message, { retryable: true, cause: error })
  } finally {
    clearTimeout(stall)
    clearTimeout(total)
  }
}
