import {
  AudioConfig,
  AudioInputStream,
  AudioStreamFormat,
  CancellationReason,
  Connection,
  PhraseListGrammar,
  ResultReason,
  type SpeechConfig,
  SpeechRecognizer,
  type SpeechRecognitionResult,
} from 'microsoft-cognitiveservices-speech-sdk'
import { createWholeSamples, type Rate } from '@portaria/core/plugin'
import { z } from 'zod'
import { failureOf } from './failure.ts'
import { holdSockets } from './hold-sockets.ts'
import { openLink } from './open-link.ts'

/** The service takes no more: https://learn.microsoft.com/azure/ai-services/speech-service/improve-accuracy-phrase-list */
const mostHints = 500
const longestHint = 100
/** What may wait for a connection. */
const mostWaitingMs = 2_000

/** What one turn of the service brings. */
export type TurnEvents = {
  partial: (text: string) => void
  final: (text: string, confidence: number | undefined) => void
  speechEnded: () => void
  /** Nothing more comes. */
  done: () => void
  failed: (error: unknown) => void
}

/** One connection for one turn: connected before it is needed, closed when the turn is done. */
export interface Recogniser {
  /** Connected; rejects with a ProviderError. */
  readonly ready: Promise<void>
  /** False when the connection failed or was lost before it was used. */
  readonly usable: () => boolean
  begin(hints: readonly string[], events: TurnEvents): void
  write(pcm: Uint8Array): void
  /** No more sound: the service finishes what it heard, then says that it is done. */
  end(): void
  close(): void
}

export function connectRecogniser(o: {
  config: SpeechConfig
  rate: Rate
  key: string | undefined
  connectMs: number
}): Recogniser {
  const input = AudioInputStream.createPushStream(AudioStreamFormat.getWaveFormatPCM(o.rate, 16, 1))
  const recognizer = new SpeechRecognizer(o.config, AudioConfig.fromStreamInput(input))
  const connection = Connection.fromRecognizer(recognizer)
  const sockets = holdSockets()
  const link = openLink(connection, {
    sockets,
    key: o.key,
    doing: 'connecting to recognition',
    connectMs: o.connectMs,
  })
  let waitingBytes = 0
  const wholeSamples = createWholeSamples()
  let ended = false

  return {
    ready: link.ready,
    usable: link.usable,
    begin(hints, events) {
      const failed = (details: unknown): void =>
        events.failed(failureOf(details, { key: o.key, doing: 'listening' }))
      PhraseListGrammar.fromRecognizer(recognizer).addPhrases(plainHints(hints))
      recognizer.recognizing = (_, { result }) => events.partial(result.text)
      recognizer.recognized = (_, { result }) => {
        if (result.reason !== ResultReason.RecognizedSpeech || result.text.trim() === '') return
        events.final(result.text, confidenceOf(result))
      }
      recognizer.speechEndDetected = () => events.speechEnded()
      recognizer.canceled = (_, { reason, errorDetails }) =>
        reason === CancellationReason.Error ? failed(errorDetails) : events.done()
      recognizer.sessionStopped = () => events.done()
      sockets.run(() => recognizer.startContinuousRecognitionAsync(undefined, failed))
    },
    write(pcm) {
      if (ended || link.state === 'closed') return
      if (link.state === 'connecting') {
        if (waitingBytes >= (o.rate * 2 * mostWaitingMs) / 1000) return
        waitingBytes += pcm.length
      }
      const bytes = Uint8Array.from(wholeSamples(pcm))
      if (bytes.length > 0) input.write(bytes.buffer)
    },
    end() {
      if (ended) return
      ended = true
      input.close()
    },
    close() {
      if (link.state === 'closed') return
      link.closed()
      recognizer.canceled = () => undefined
      recognizer.sessionStopped = () => undefined
      // Ends the recognition too: the SDK would connect anew for a turn that is not over. Nobody may wait for either:
      // while sound is on its way the SDK never says that it is closed.
      connection.closeConnection(undefined, () => undefined)
      recognizer.close(undefined, () => undefined)
      sockets.release()
      if (!ended) input.close()
      ended = true
    },
  }
}

function plainHints(hints: readonly string[]): string[] {
  const plain = hints.map((hint) =>
    hint
      .toWellFormed()
      .replace(/[\p{C}\uFFFD\s]+/gu, ' ')
      .trim(),
  )
  const short = plain.filter((hint) => hint !== '' && hint.length <= longestHint)
  return [...new Set(short)].slice(0, mostHints)
}

const detailed = z.object({ NBest: z.tuple([z.object({ Confidence: z.number() })], z.unknown()) })

function confidenceOf({ json }: SpeechRecognitionResult): number | undefined {
  try {
    const [best] = detailed.parse(JSON.parse(json)).NBest
    return Math.min(1, Math.max(0, best.Confidence))
  } catch {
    // Older containers say nothing of it.
    return undefined
  }
}
