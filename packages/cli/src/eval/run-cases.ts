import type { VoiceDetector } from '@portaria/core/audio/voice-detector'
import { endpointSilenceMs } from '@portaria/core/decision/answer-state'
import { messageOf } from '@portaria/core/errors'
import type { Language } from '@portaria/core/language'
import type { Dialogue } from '@portaria/core/providers/dialogue'
import type { SpeechToText } from '@portaria/core/providers/speech-to-text'
import { askDialogue, type Answered } from '../probe/ask-dialogue.ts'
import { type HeardSound, hearSound } from '../probe/hear-sound.ts'
import { readShortSound } from '../probe/read-short-sound.ts'
import { tenthsOrNull } from '../tenths.ts'
import { decide } from './decide.ts'
import { failedOutcome, type Got, judge, type Outcome } from './outcome.ts'
import type { Case } from './parse-case.ts'

export type Running = {
  readonly stt: SpeechToText | null
  readonly dialogue: Dialogue | null
  readonly detector: VoiceDetector
  /** Silence that ends a turn where the question is open. */
  readonly silenceMs: number
  /** Of lines that name none. */
  readonly language: Language
  /** Lines that run at the same time. */
  readonly atOnce: number
  readonly signal: AbortSignal
}

/** After so many failures in a row the others are not tried: a refused key is not sent a thousand times. */
const mostFailures = 5

/** Runs every line, a few at a time; a provider that fails costs its line only. Rejects only when the signal aborts. */
export async function runCases(cases: readonly Case[], o: Running): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = []
  const waiting = cases.values()
  let failures = 0
  let why = ''
  const worker = async (): Promise<void> => {
    for (const each of waiting) {
      o.signal.throwIfAborted()
      const isOver = failures >= mostFailures
      const outcome = isOver ? failedOutcome(each, `not tried: ${why}`) : await runCase(each, o)
      failures = outcome.error === null ? 0 : failures + 1
      if (!isOver) why = outcome.error ?? ''
      outcomes.push(outcome)
    }
  }
  await Promise.all(Array.from({ length: o.atOnce }, worker))
  return outcomes.toSorted((a, b) => a.line - b.line)
}

async function runCase(given: Case, o: Running): Promise<Outcome> {
  try {
    return judge(given, await attempt(given, o))
  } catch (error) {
    o.signal.throwIfAborted()
    return failedOutcome(given, messageOf(error))
  }
}

async function attempt(given: Case, o: Running): Promise<Got> {
  const language = given.language ?? o.language
  const heard = given.wav === null ? null : await hear(given, given.wav, language, o)
  const text = heard?.text ?? given.text ?? ''
  const { facts: wanted, decision } = given.expect
  const answered = wanted === undefined || text === '' ? null : await ask(text, language, o)
  const confidence = heard?.confidence ?? null
  return {
    text,
    facts: wanted === undefined ? null : (answered?.facts ?? {}),
    decision: decision === undefined ? null : decide({ text, confidence }, language),
    latency: {
      stt_first_word_ms: tenthsOrNull(heard?.firstMs ?? null),
      stt_final_ms: tenthsOrNull(heard?.finalMs ?? null),
      stt_after_turn_ms: tenthsOrNull(heard?.afterTurnMs ?? null),
      ai_first_word_ms: tenthsOrNull(answered?.firstWordMs ?? null),
      ai_total_ms: tenthsOrNull(answered?.totalMs ?? null),
    },
  }
}

async function hear(
  { question }: Case,
  wav: string,
  language: Language,
  o: Running,
): Promise<HeardSound> {
  if (o.stt === null) throw new Error('nobody recognises speech: choose a recogniser with --stt')
  const sound = await readShortSound(wav)
  const silenceMs = question === 'yes-no' ? endpointSilenceMs : o.silenceMs
  return await hearSound(o.stt, { ...o, silenceMs, sound, language, expect: question })
}

async function ask(text: string, language: Language, o: Running): Promise<Answered> {
  if (o.dialogue === null) throw new Error('nobody finds facts: choose a dialogue with --ai')
  return await askDialogue(o.dialogue, { text, language, signal: o.signal })
}
