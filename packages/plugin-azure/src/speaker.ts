import {
  Connection,
  ResultReason,
  type SpeechConfig,
  type SpeechSynthesisResult,
  SpeechSynthesizer,
} from 'microsoft-cognitiveservices-speech-sdk'
import { failureOf } from './failure.ts'
import { holdSockets } from './hold-sockets.ts'
import { openLink } from './open-link.ts'

/** One connection that speaks one sentence at a time. */
export interface Speaker {
  /** Connected; rejects with a ProviderError. */
  readonly ready: Promise<void>
  /** False when the connection is lost. */
  readonly usable: () => boolean
  /** Resolves when the sentence is over, stopped or not; rejects with a ProviderError. */
  speak(ssml: string, o: { voice: string; onAudio: (pcm: Uint8Array) => void }): Promise<void>
  /** The service makes no more of the sentence. */
  stop(): void
  close(): void
}

/** `onLost` is called when the connection ends that nobody closed here. */
export function connectSpeaker(o: {
  config: SpeechConfig
  key: string | undefined
  connectMs: number
  onLost: () => void
}): Speaker {
  const synthesizer = new SpeechSynthesizer(o.config, null)
  const connection = Connection.fromSynthesizer(synthesizer)
  const sockets = holdSockets()
  const link = openLink(connection, { ...o, sockets, doing: 'connecting to synthesis' })

  return {
    ready: link.ready,
    usable: link.usable,
    speak(ssml, { voice, onAudio }) {
      synthesizer.synthesizing = (_, { result }) => onAudio(new Uint8Array(result.audioData))
      return new Promise((resolve, reject) => {
        const failed = (details: unknown): void =>
          reject(failureOf(details, { key: o.key, doing: 'speaking', voice }))
        const spoken = (result: SpeechSynthesisResult): void => {
          if (result.reason === ResultReason.Canceled) failed(result.errorDetails)
          else resolve()
        }
        sockets.run(() => synthesizer.speakSsmlAsync(ssml, spoken, failed))
      })
    },
    stop() {
      if (link.state !== 'connected') return
      connection.sendMessageAsync(
        'synthesis.control',
        '{"action":"stop"}',
        undefined,
        () => undefined,
      )
    },
    close() {
      if (link.state === 'closed') return
      link.closed()
      disposeConnection(synthesizer)
      synthesizer.close(undefined, () => undefined)
      sockets.release()
    },
  }
}

/** `close` of the SDK 1.52 leaves a connection open that was made but has not spoken yet; only its adapter knows it. */
function disposeConnection({ internalData }: SpeechSynthesizer): void {
  const adapter = internalData as { privConnectionPromise?: Promise<AsyncConnection> | null }
  adapter.privConnectionPromise?.then((connection) => connection.dispose()).catch(() => undefined)
}

type AsyncConnection = { dispose(): Promise<void> }
