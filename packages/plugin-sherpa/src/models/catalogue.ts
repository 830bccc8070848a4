import type { ModelKind } from './model-files.ts'

/** A model that `portaria models pull` knows. */
export type CatalogueEntry = {
  readonly name: string
  readonly kind: ModelKind | 'vad'
  /** Under the base URL, and of the shape that the releases of sherpa-onnx have: `<release>/<file>`. */
  readonly file: string
  /** Of the download, about; null: not known here, the server says. */
  readonly megabytes: number | null
  /** Languages that it is meant for; empty: about a hundred. */
  readonly languages: readonly string[]
  /** As its publishers state it; read it before you use a model for a business. */
  readonly licence: string
  readonly about: string
}

/** Where sherpa-onnx publishes its models. A mirror has the same files under the same names, and its checksum.txt. */
export const usualModelsUrl = 'https://github.com/k2-fsa/sherpa-onnx/releases/download'

/** Each is published with sherpa-onnx; the publishers replace files now and then, so no checksum is fixed here. */
export const catalogue: readonly CatalogueEntry[] = [
  {
    name: 'whisper-tiny',
    kind: 'whisper',
    file: 'asr-models/sherpa-onnx-whisper-tiny.tar.bz2',
    megabytes: null,
    languages: [],
    licence: 'MIT',
    about: 'the smallest Whisper',
  },
  {
    name: 'whisper-base',
    kind: 'whisper',
    file: 'asr-models/sherpa-onnx-whisper-base.tar.bz2',
    megabytes: null,
    languages: [],
    licence: 'MIT',
    about: 'Whisper for machines with few cores',
  },
  {
    name: 'whisper-small',
    kind: 'whisper',
    file: 'asr-models/sherpa-onnx-whisper-small.tar.bz2',
    megabytes: null,
    languages: [],
    licence: 'MIT',
    about: 'understands more; needs several fast cores',
  },
  {
    name: 'parakeet-v3',
    kind: 'transducer',
    file: 'asr-models/sherpa-onnx-nemo-parakeet-tdt-0.6b-v3-int8.tar.bz2',
    megabytes: null,
    languages: ['pt', 'en', 'es'],
    licence: 'CC-BY-4.0',
    about: 'NVIDIA Parakeet, 25 languages of Europe; takes no hints',
  },
  {
    name: 'zipformer-en',
    kind: 'streaming-transducer',
    file: 'asr-models/sherpa-onnx-streaming-zipformer-en-2023-06-26.tar.bz2',
    megabytes: 296,
    languages: ['en'],
    licence: 'Apache-2.0',
    about: 'streaming: partial results while it is spoken',
  },
  {
    name: 'zipformer-es',
    kind: 'streaming-transducer',
    file: 'asr-models/sherpa-onnx-streaming-zipformer-es-kroko-2025-08-06.tar.bz2',
    megabytes: 124,
    languages: ['es'],
    licence: 'CC-BY-SA',
    about: 'streaming: partial results while it is spoken',
  },
  {
    name: 'silero-vad',
    kind: 'vad',
    file: 'asr-models/silero_vad.onnx',
    megabytes: 1,
    languages: [],
    licence: 'MIT',
    about: 'finds speech in noise: keeps Whisper from making words of it',
  },
  {
    name: 'piper-pt-br-faber',
    kind: 'piper',
    file: 'tts-models/vits-piper-pt_BR-faber-medium.tar.bz2',
    megabytes: 65,
    languages: ['pt'],
    licence: 'CC0 (voice), with eSpeak NG data (GPL-3.0)',
    about: 'a Brazilian voice',
  },
  {
    name: 'kokoro',
    kind: 'kokoro',
    file: 'tts-models/kokoro-multi-lang-v1_0.tar.bz2',
    megabytes: null,
    languages: ['pt', 'en', 'es'],
    licence: 'Apache-2.0, with eSpeak NG data (GPL-3.0)',
    about: '53 voices; larger and slower than Piper',
  },
]
