/** All that a plugin may import from core: types, `definePlugin`, errors, and what several plugins need alike. */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { Log } from './log.ts'
import type { Dialer, HandOver } from './providers/dialer.ts'
import type { Dialogue } from './providers/dialogue.ts'
import type { Directory } from './providers/directory.ts'
import type { RamalStore } from './providers/ramal-store.ts'
import type { SpeechToText } from './providers/speech-to-text.ts'
import type { TextToSpeech } from './providers/text-to-speech.ts'

export type { StandardSchemaV1 } from '@standard-schema/spec'
export { orAbort } from './abortable.ts'
export type { Rate } from './audio/frames.ts'
export { wavHeader } from './audio/wav.ts'
export { readWavHeader } from './audio/wav-stream.ts'
export { createWholeSamples } from './audio/whole-samples.ts'
export { isExtraHeader } from './extra-header.ts'
export type { Log } from './log.ts'
export { createDepthMeter, createObjectScanner } from './json-objects.ts'
export { type Language, languages } from './language.ts'
export type { CallHistory, CallRecordRow, RamalTotals, Sums } from './providers/call-history.ts'
export type { CallInfo } from './providers/call-info.ts'
export { chosenByKey } from './providers/chosen-by-key.ts'
export type { Dialer, HandOver, Ringing } from './providers/dialer.ts'
export type { Conversation, Dialogue, Facts, Reply, Said, Turn } from './providers/dialogue.ts'
export { noFacts } from './providers/dialogue.ts'
export { createFactLedger, type FactLedger } from './providers/fact-ledger.ts'
export { readFacts } from './providers/read-facts.ts'
export { inTime, timedParts } from './providers/timed-parts.ts'
export { createWaits, type Waits } from './providers/waits.ts'
export { wordsOfTurn } from './providers/words-of-turn.ts'
export type { Directory, Match, Unit } from './providers/directory.ts'
export {
  EditRefused,
  isEditRefused,
  type RamalDraft,
  type RamalEdit,
  type RamalStore,
  type StoreHint,
} from './providers/ramal-store.ts'
export type { Heard, SpeechToText, Transcriber } from './providers/speech-to-text.ts'
export type { Speech, TextToSpeech, Voice } from './providers/text-to-speech.ts'
export { createQueue, type Queue } from './queue.ts'
export { cleanLine, cleanText } from './speech/clean-text.ts'
export { createGrowingSpeech, type GrowingSpeech } from './speech/growing-speech.ts'
export type { TurnView } from './status.ts'
export { splitSentences } from './speech/sentences.ts'
export {
  ConfigError,
  isConfigError,
  isProtocolError,
  isProviderError,
  messageOf,
  ProtocolError,
  ProviderError,
} from './errors.ts'

/** The kinds of provider that a plugin can make. */
export type Providers = {
  stt: SpeechToText
  tts: TextToSpeech
  dialogue: Dialogue
  directory: Directory
  dialer: Dialer
  handOver: HandOver
  ramais: RamalStore
}

export type ProviderKind = keyof Providers

/** `signal` aborts when the daemon stops; `dataDir` is where a provider may keep files of its own. */
export type PluginContext = {
  readonly log: Log
  readonly signal: AbortSignal
  readonly dataDir: string
}

export type Factory<P, Options> = (options: Options, context: PluginContext) => P | Promise<P>

/** A plugin is a value: its name, the schema of its options, and a factory for each provider that it offers. */
export type Plugin<Options = unknown> = {
  readonly name: string
  readonly version?: string
  readonly options: StandardSchemaV1<unknown, Options>
} & { readonly [K in ProviderKind]?: Factory<Providers[K], Options> }

/** Checks the shape while you write it; returns the plugin as it is. */
export function definePlugin<Options>(plugin: Plugin<Options>): Plugin<Options> {
  return plugin
}
