import type { VoiceDetector } from '../audio/voice-detector.ts'
import type { Clock } from '../clock.ts'
import type { Language } from '../language.ts'
import type { EventLog } from '../events.ts'
import type { Log } from '../log.ts'
import type { Dialogue } from '../providers/dialogue.ts'
import type { Directory } from '../providers/directory.ts'
import type { SpeechToText } from '../providers/speech-to-text.ts'
import type { Voice } from '../providers/text-to-speech.ts'
import type { VoiceBox } from '../speech/voice-box.ts'
import type { FirstProviders } from './turn-trace.ts'

/** A condomínio's settings with the daemon's defaults filled in. */
export type Condominium = {
  readonly name: string | null
  readonly language: Language
  readonly voice: Voice
  readonly greeting: string | null
  /** The address of an AI of its own, from its row: not trusted. */
  readonly aiUrl?: string
}

/** What all calls of a daemon share. */
export type CallDeps = {
  readonly stt: SpeechToText | null
  readonly voiceBox: VoiceBox
  readonly dialogue: Dialogue
  readonly firstProviders: FirstProviders
  readonly directory: Directory
  readonly detector: VoiceDetector
  readonly clock: Clock
  readonly events: EventLog
  readonly condominium: (id: number) => Condominium
  /** Silence that ends a visitor's turn. */
  readonly silenceMs: number
  readonly call: { ringSeconds: number; ringAttempts: number; maxSeconds: number }
  readonly log: Log
}
