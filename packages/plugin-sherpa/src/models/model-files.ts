import { existsSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { ConfigError, messageOf } from '@portaria/core/plugin'

export type StreamingTransducerFiles = Transducer & { readonly kind: 'streaming-transducer' }
export type TransducerFiles = Transducer & {
  readonly kind: 'transducer'
  /** NVIDIA's kind: without hints. */
  readonly nemo: boolean
}
type Transducer = {
  readonly encoder: string
  readonly decoder: string
  readonly joiner: string
  readonly tokens: string
  /** With it a model takes hints as words. */
  readonly bpeVocab: string | null
}
export type WhisperFiles = {
  readonly kind: 'whisper'
  readonly encoder: string
  readonly decoder: string
  readonly tokens: string
}
type Voice = {
  readonly model: string
  readonly tokens: string
  /** The data of eSpeak NG, which reads the text. */
  readonly dataDir: string
}
export type VoiceFiles =
  | (Voice & { readonly kind: 'piper' })
  | (Voice & { readonly kind: 'kokoro'; readonly voices: string })

/** The files of a model, absolute. */
export type ModelFiles = StreamingTransducerFiles | TransducerFiles | WhisperFiles | VoiceFiles
export type ModelKind = ModelFiles['kind']

/**
 * What lies in a model's folder, by the names that the publishers of sherpa-onnx use. Small (int8) files are preferred,
 * but not for a transducer's decoder, which is small anyhow. `kind` settles what names leave open. Throws ConfigError.
 */
export function modelFiles(folder: string, kind: ModelKind | null): ModelFiles {
  const names = namesIn(folder)
  const small = (pattern: RegExp): string | undefined => chosen(names, pattern, true)
  const full = (pattern: RegExp): string | undefined => chosen(names, pattern, false)
  const fileOf = (name: string | undefined, what: string): string => {
    if (name !== undefined) return join(folder, name)
    throw new ConfigError(
      `${folder} lacks ${what}: it has ${names.slice(0, 12).join(', ') || 'nothing'}. ` +
        'Name the folder of a model of sherpa-onnx, or pull it again: portaria models pull NAME --force',
    )
  }
  const optional = (name: string): string | null =>
    names.includes(name) ? join(folder, name) : null
  const found = kind ?? kindOf(folder, names)
  const tokens = fileOf(chosen(names, /tokens\.txt$/u, false), 'tokens.txt')
  if (found === 'whisper') {
    const encoder = fileOf(small(/encoder.*\.onnx$/u), 'an encoder (*-encoder.onnx)')
    return {
      kind: found,
      encoder,
      decoder: fileOf(small(/decoder.*\.onnx$/u), 'a decoder'),
      tokens,
    }
  }
  if (found === 'piper' || found === 'kokoro') {
    const model = fileOf(small(/\.onnx$/u), 'a voice (*.onnx)')
    const dataDir = fileOf(chosen(names, /^espeak-ng-data$/u, false), 'espeak-ng-data')
    const voice = { model, tokens, dataDir }
    if (found === 'piper') return { ...voice, kind: found }
    return { ...voice, kind: found, voices: fileOf(full(/^voices\.bin$/u), 'voices.bin') }
  }
  const transducer = {
    encoder: fileOf(small(/encoder.*\.onnx$/u), 'an encoder (encoder*.onnx)'),
    decoder: fileOf(full(/decoder.*\.onnx$/u), 'a decoder (decoder*.onnx)'),
    joiner: fileOf(small(/joiner.*\.onnx$/u), 'a joiner (joiner*.onnx)'),
    tokens,
    bpeVocab: optional('bpe.vocab'),
  }
  if (found === 'streaming-transducer') return { ...transducer, kind: found }
  return { ...transducer, kind: found, nemo: /nemo|parakeet/iu.test(basename(folder)) }
}

function namesIn(folder: string): string[] {
  if (!existsSync(folder)) throw new ConfigError(`there is no folder ${folder}`)
  try {
    return readdirSync(folder).toSorted()
  } catch (error) {
    throw new ConfigError(`cannot read ${folder}: ${messageOf(error)}`, { cause: error })
  }
}

function kindOf(folder: string, names: readonly string[]): ModelKind {
  if (names.includes('voices.bin')) return 'kokoro'
  if (names.includes('espeak-ng-data')) return 'piper'
  if (!names.some((name) => name.includes('joiner'))) return 'whisper'
  const streaming = /streaming|chunk-/iu
  const live = [basename(folder), ...names].some((name) => streaming.test(name))
  return live ? 'streaming-transducer' : 'transducer'
}

function chosen(names: readonly string[], pattern: RegExp, small: boolean): string | undefined {
  const fitting = names.filter((name) => pattern.test(name))
  return fitting.find((name) => name.includes('int8') === small) ?? fitting[0]
}
