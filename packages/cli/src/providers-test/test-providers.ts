import { loadVoiceDetector } from '@portaria/core/audio/voice-detector'
import { ConfigError } from '@portaria/core/errors'
import type { Language } from '@portaria/core/language'
import { silentLog } from '@portaria/core/log'
import type { LoadPluginsOptions } from '@portaria/core/plugins/load-plugin'
import type { TextToSpeech } from '@portaria/core/providers/text-to-speech'
import { createVoiceBox } from '@portaria/core/speech/voice-box'
import { askDialogue } from '../probe/ask-dialogue.ts'
import { hearSound, type Sound } from '../probe/hear-sound.ts'
import { readShortSound } from '../probe/read-short-sound.ts'
import { type SpokenText, speakText } from '../probe/speak-text.ts'
import { tenths, tenthsOrNull } from '../tenths.ts'
import { testProvider } from './test-provider.ts'
import { testSentence } from './test-sentence.ts'
import type { Tested, TestedKind } from './tested.ts'

/** Narrow band, as most calls. */
const rate = 8_000

export type Trials = {
  readonly plugins: LoadPluginsOptions
  /** Who is tried, by kind. */
  readonly names: Readonly<Record<TestedKind, readonly string[]>>
  readonly language: Language
  readonly say: string | undefined
  /** A WAV file. */
  readonly hear: string | undefined
  readonly ask: string | undefined
  /** Longest test of one provider. */
  readonly timeoutMs: number
  /** Told at once, one by one. */
  readonly tell: (tested: Tested) => void
}

type TestSound = Sound & { readonly from: 'voice' | 'file'; readonly name: string }

/** Tries voices, then recognisers, then dialogues, one after another. Throws ConfigError for a sound that cannot be used. */
export async function testProviders(o: Trials): Promise<readonly Tested[]> {
  const recorded = o.hear === undefined ? null : await recordedSound(o.hear)
  const all: Tested[] = []
  const add = (tested: Tested): void => {
    all.push(tested)
    o.tell(tested)
  }
  let spoken: TestSound | null = null
  for (const name of o.names.tts) {
    const { tested, sound } = await testVoice(name, o)
    add(tested)
    spoken ??= sound
  }
  const sound = recorded ?? spoken ?? (o.names.stt.length > 0 ? await anyVoice(o) : null)
  for (const name of o.names.stt) add(await testEar(name, o, sound))
  for (const name of o.names.dialogue) add(await testMind(name, o))
  return all
}

async function recordedSound(path: string): Promise<TestSound> {
  return { ...(await readShortSound(path)), from: 'file', name: path }
}

function textToSay(o: Trials): string {
  return o.say ?? testSentence[o.language]
}

async function speak(tts: TextToSpeech, o: Trials, signal: AbortSignal): Promise<SpokenText> {
  await using box = createVoiceBox({ tts, log: silentLog })
  return await speakText(box, textToSay(o), { rate, language: o.language, signal })
}

async function testVoice(
  name: string,
  o: Trials,
): Promise<{ tested: Tested; sound: TestSound | null }> {
  let sound: TestSound | null = null
  const trial = await testProvider('tts', name, {
    ...o,
    attempt: async (tts, signal) => {
      const { samples, firstMs, totalMs } = await speak(tts, o, signal)
      if (samples.length > 0) sound = { rate, samples, from: 'voice', name }
      const audio_ms = (samples.length / rate) * 1_000
      return {
        said: textToSay(o),
        first_byte_ms: tenthsOrNull(firstMs),
        total_ms: tenths(totalMs),
        audio_ms: Math.round(audio_ms),
        real_time_factor: audio_ms === 0 ? null : Math.round((totalMs / audio_ms) * 1_000) / 1_000,
      }
    },
  })
  return { tested: { kind: 'tts', provider: name, ...trial }, sound }
}

/** The first of the chosen voices that can say it, the offline one as the last; null: none. */
async function anyVoice(o: Trials): Promise<TestSound | null> {
  const chosen = o.plugins.settings.tts.filter((name) => !o.names.tts.includes(name))
  for (const name of new Set([...chosen, 'espeak'])) {
    const { sound } = await testVoice(name, o)
    if (sound !== null) return sound
  }
  return null
}

async function testEar(name: string, o: Trials, sound: TestSound | null): Promise<Tested> {
  const trial = await testProvider('stt', name, {
    ...o,
    attempt: async (stt, signal) => {
      if (sound === null) {
        throw new ConfigError('no voice could speak the test sentence: give --hear FILE.wav')
      }
      const heard = await hearSound(stt, {
        sound,
        detector: await loadVoiceDetector(),
        silenceMs: o.plugins.settings.silenceMs,
        language: o.language,
        expect: 'open',
        signal,
      })
      return {
        sound: { from: sound.from, name: sound.name },
        text: heard.text,
        confidence: heard.confidence,
        open_ms: tenths(heard.openMs),
        first_word_ms: tenthsOrNull(heard.firstMs),
        final_ms: tenthsOrNull(heard.finalMs),
        after_turn_ms: tenths(heard.afterTurnMs),
        total_ms: tenths(heard.totalMs),
        audio_ms: Math.round((sound.samples.length / sound.rate) * 1_000),
      }
    },
  })
  return { kind: 'stt', provider: name, ...trial }
}

async function testMind(name: string, o: Trials): Promise<Tested> {
  const asked = o.ask ?? testSentence[o.language]
  const trial = await testProvider('dialogue', name, {
    ...o,
    attempt: async (dialogue, signal) => {
      const { language } = o
      const answered = await askDialogue(dialogue, { text: asked, language, signal })
      const { text, facts, ready, ending } = answered
      return {
        asked,
        text,
        facts,
        ready,
        ending,
        open_ms: tenths(answered.openMs),
        first_word_ms: tenthsOrNull(answered.firstWordMs),
        total_ms: tenths(answered.totalMs),
      }
    },
  })
  return { kind: 'dialogue', provider: name, ...trial }
}
