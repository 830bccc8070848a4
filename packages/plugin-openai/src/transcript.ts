import { cleanLine } from '@portaria/core/plugin'
import { z } from 'zod'

/** What was understood of a turn; '' is nothing. `confidence` is from 0 to 1. */
export type Understood = { readonly text: string; readonly confidence?: number }

const longestText = 4_000

const answerSchema = z.looseObject({
  text: z.string(),
  segments: z
    .array(
      z.looseObject({
        text: z.string(),
        avg_logprob: z.number().max(0).catch(0),
        no_speech_prob: z.number().min(0).max(1).catch(0),
      }),
    )
    .nullish()
    .catch(null),
})

/** Whisper's own limits for a segment that it heard in silence (`no_speech_threshold`, `logprob_threshold`). */
const mostNoSpeech = 0.6
const leastLogprob = -1

/**
 * What recognisers that learnt from subtitles make of noise. Whole turns only, and nothing that a visitor or a resident
 * would answer.
 */
const imagined =
  /^(?:legendas? (?:pela|por|da) .*|subt[ií]tulos? (?:realizados |creados )?(?:por|de) .*|subtitles? by .*|transcri[cç][aã]o (?:e legendas )?(?:por|de) .*|.*\bamara\.org\b.*|(?:obrigad[oa]|gracias|thanks|thank you)(?: a todos)? (?:por (?:assistir|ver)(?: .*)?|for watching(?: .*)?)|(?:se )?inscreva-se no canal.*|suscr[ií]bete.*|please subscribe.*|[[(](?:m[uú]sica|music|applause|aplausos|sil[eê]ncio|silence|blank_audio)[\])]|[♪\s]+)[.!…]*$/iu

/** Parses the server's answer; null where it is none. */
export function understoodOf(answer: unknown): Understood | null {
  const parsed = answerSchema.safeParse(answer)
  if (!parsed.success) return null
  const { text, segments } = parsed.data
  if (segments == null || segments.length === 0) return { text: realWords(text) }
  const real = segments.filter(
    (each) => each.no_speech_prob <= mostNoSpeech || each.avg_logprob >= leastLogprob,
  )
  const words = realWords(real.map((each) => each.text).join(' '))
  if (words === '') return { text: '' }
  const worst = Math.min(...real.map((each) => each.avg_logprob))
  return { text: words, confidence: Math.exp(worst) }
}

/** On one line, without what was imagined. */
export function realWords(text: string): string {
  const line = cleanLine(text, longestText)
  return imagined.test(line) || !/[\p{L}\p{N}]/u.test(line) ? '' : line
}
