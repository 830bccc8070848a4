import { stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { resample } from '@portaria/core/audio/resample'
import { writeWav } from '@portaria/core/audio/wav'
import { ConfigError, messageOf } from '@portaria/core/errors'
import type { Language } from '@portaria/core/language'
import type { LoadPluginsOptions } from '@portaria/core/plugins/load-plugin'
import { loadPlugins } from '@portaria/core/plugins/load-plugins'
import type { Voice } from '@portaria/core/providers/text-to-speech'
import { createVoiceBox } from '@portaria/core/speech/voice-box'
import { speakText } from '../probe/speak-text.ts'

/** Some minutes of speech from a slow voice. */
const longestMs = 10 * 60_000

export type SayOrder = {
  readonly plugins: LoadPluginsOptions
  readonly text: string
  readonly language: Language
  readonly voice: Voice
  /** Of the file; a voice is asked for a call's 8 or 16 kHz. */
  readonly rateHz: number
}

export type Said = {
  readonly wav: Uint8Array
  readonly durationMs: number
  readonly firstMs: number | null
  readonly totalMs: number
  /** The voices that spoke, in order: a later one stood in for those before it. */
  readonly spokenBy: readonly string[]
}

/** Speaks a text as a call would hear it, through the voices of the settings in their order. */
export async function say(o: SayOrder): Promise<Said> {
  if (o.text.trim() === '') throw new ConfigError('there is nothing to say: give a text')
  const { settings } = o.plugins
  const only = { ...o.plugins, settings: { ...settings, stt: [], dialogue: [] } }
  const limit = AbortSignal.timeout(longestMs)
  const signal = AbortSignal.any([o.plugins.signal, limit])
  await using loaded = await loadPlugins({ ...only, signal })
  const { tts } = loaded
  if (tts === null) throw new ConfigError('tts is none: choose a voice, or name one with --tts')
  const spokenBy = new Set<string>()
  loaded.subscribe((event) => {
    if (event.type === 'use' && event.outcome === 'ok') spokenBy.add(event.provider)
  })
  await using box = createVoiceBox({ tts, log: o.plugins.log })
  const rate = o.rateHz >= 16_000 ? 16_000 : 8_000
  const spoken = await speakText(box, o.text, { ...o, rate, signal })
  const samples = resample(spoken.samples, rate, o.rateHz)
  if (samples.length === 0) throw new ConfigError('no voice makes a sound of that: give words')
  return {
    wav: writeWav({ rate: o.rateHz, channels: 1, samples }),
    durationMs: Math.round((samples.length / o.rateHz) * 1_000),
    firstMs: spoken.firstMs,
    totalMs: spoken.totalMs,
    spokenBy: [...spokenBy],
  }
}

function cannotWrite(path: string, why: string, cause?: unknown): ConfigError {
  return new ConfigError(`cannot write ${path}: ${why}. Choose another --out`, { cause })
}

/** Says what is wrong with a place before somebody waits for a voice. Throws ConfigError. */
export async function checkPlace(path: string): Promise<void> {
  const there = await stat(path).catch(() => null)
  if (there?.isDirectory() === true) throw cannotWrite(path, 'it is a folder')
  const folder = await stat(dirname(path)).catch(() => null)
  if (folder?.isDirectory() !== true) throw cannotWrite(path, `there is no ${dirname(path)}`)
}

/** Writes the file. Throws ConfigError. */
export async function saveSound(path: string, wav: Uint8Array): Promise<void> {
  try {
    await writeFile(path, wav)
  } catch (error) {
    throw cannotWrite(path, messageOf(error), error)
  }
}
