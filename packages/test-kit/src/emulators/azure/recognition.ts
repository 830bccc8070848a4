import { createSpeechEar } from '../../speech-level.ts'
import type { AzureMessage } from './wire.ts'

const usualSegmentationMs = 650
const ticksPerMs = 10_000

export type RecognitionFault = 'silent' | 'never-ends' | 'drop' | 'garbage'

/** One turn of recognition as the service saw it. */
export type Recognition = {
  rate: number
  hints: readonly string[]
  language: string
  segmentationMs: number
  audioMs: number
}

type Emit = (path: string, body: unknown) => void

/**
 * One turn of the service: speech begins and ends where the sound that arrives does, what was said comes from `next`.
 * `ended` is called after the turn's end.
 */
export function createRecognition(o: {
  language: string
  emit: Emit
  next: () => { text: string; confidence: number }
  finalAfterMs: number
  neverEnds: boolean
  ended: () => void
}) {
  const seen: Recognition = {
    rate: 16_000,
    hints: [],
    language: o.language,
    segmentationMs: usualSegmentationMs,
    audioMs: 0,
  }
  const ear = createSpeechEar()
  let speech: { text: string; confidence: number; startMs: number; shown: number } | null = null
  let begun = false
  const timers = new Set<NodeJS.Timeout>()
  let last: Promise<void> = Promise.resolve()

  const later = (work: () => void): void => {
    last = last.then(
      () =>
        new Promise((resolve) => {
          const timer = setTimeout(() => {
            timers.delete(timer)
            work()
            resolve()
          }, o.finalAfterMs)
          timers.add(timer)
        }),
    )
  }

  const finishPhrase = (): void => {
    if (speech === null) return
    const { text, confidence, startMs } = speech
    speech = null
    const at = { Offset: startMs * ticksPerMs, Duration: (seen.audioMs - startMs) * ticksPerMs }
    o.emit('speech.endDetected', { Offset: seen.audioMs * ticksPerMs })
    later(() => {
      const forms = { Lexical: text, ITN: text, MaskedITN: text, Display: text }
      const best = [{ Confidence: confidence, ...forms }]
      const status = { RecognitionStatus: 'Success', DisplayText: text, ...at, NBest: best }
      o.emit('speech.phrase', status)
    })
  }

  const hear = (pcm: Buffer): void => {
    ear.hear(pcm, seen.rate)
    seen.audioMs += (pcm.length / 2 / seen.rate) * 1000
    if (speech === null && ear.hearsSpeech) {
      speech = { ...o.next(), startMs: seen.audioMs - ear.audibleMs, shown: 0 }
      o.emit('speech.startDetected', { Offset: speech.startMs * ticksPerMs })
    }
    if (speech === null) return
    if (ear.quietMs === 0) {
      const words = speech.text.split(' ')
      speech.shown = Math.min(words.length, speech.shown + 1)
      const Text = words.slice(0, speech.shown).join(' ')
      o.emit('speech.hypothesis', { Text, Offset: speech.startMs * ticksPerMs, Duration: 0 })
    } else if (ear.quietMs >= seen.segmentationMs) finishPhrase()
  }

  return {
    seen,
    context(message: AzureMessage): void {
      const context = JSON.parse(message.body.toString('utf8')) as SpeechContext
      const groups = context.dgi?.groups ?? context.dgi?.Groups ?? []
      seen.hints = groups.flatMap((group) =>
        (group.items ?? group.Items ?? []).map((item) => item.text ?? item.Text ?? ''),
      )
      const { mode = 'interactive', ...modes } = context.phraseDetection ?? {}
      const wanted = modes[mode.toLowerCase() as 'conversation' | 'interactive']
      seen.segmentationMs =
        wanted?.segmentation?.segmentationSilenceTimeoutMs ?? usualSegmentationMs
    },
    audio({ body }: AzureMessage): void {
      if (!begun) {
        begun = true
        o.emit('turn.start', { context: { serviceTag: 'emulated' } })
      }
      if (body.length === 0) {
        if (o.neverEnds) return
        finishPhrase()
        later(() => {
          o.emit('turn.end', {})
          o.ended()
        })
      } else if (body.toString('latin1', 0, 4) === 'RIFF') seen.rate = body.readUInt32LE(24)
      else hear(body)
    },
    close(): void {
      for (const timer of timers) clearTimeout(timer)
    },
  }
}

type Group = {
  items?: { text?: string; Text?: string }[]
  Items?: { text?: string; Text?: string }[]
}
type Segmented = { segmentation?: { segmentationSilenceTimeoutMs?: number } }
type SpeechContext = {
  dgi?: { groups?: Group[]; Groups?: Group[] }
  phraseDetection?: { mode?: string; conversation?: Segmented; interactive?: Segmented }
}
