import type { OfflineRecognizer, OfflineStream } from 'sherpa-onnx-node'
import { type EngineConfig, sampleRateHz, type TurnOptions } from '../messages.ts'
import type { TransducerFiles, WhisperFiles } from '../models/model-files.ts'
import type { Engine, ListenEvents, Listening } from '../serve-engine.ts'
import type { Sherpa } from './load-sherpa.ts'
import { floatsOf, joinFloats } from './samples.ts'
import { createSpeechFinder, type SpeechFinder } from './speech-finder.ts'
import { createWriting, type Writing } from './writing.ts'

/** Whisper hears no more at a time; nobody at a gate talks longer in one turn. */
const longestSeconds = 30
const longest = longestSeconds * sampleRateHz

/** Silence after a turn, in frames of 10 ms, by which Whisper notices its end: what sherpa-onnx advises. */
const tailPaddings = 300
/** The languages of core, by Whisper's names. */
const spoken = new Map([
  ['pt-BR', 'pt'],
  ['en', 'en'],
  ['es', 'es'],
])

type Recognise = (samples: Float32Array, o: TurnOptions) => Promise<string>

/** Recognisers that hear a whole turn at once, when it is over; one turn after the other. */
export function createTurnEars(
  sherpa: Sherpa,
  config: EngineConfig,
  files: TransducerFiles | WhisperFiles,
): Engine {
  const recognise =
    files.kind === 'whisper'
      ? whisper(sherpa, config, files)
      : transducer(sherpa, config, files, createWriting(files.tokens))
  const finder: SpeechFinder | null =
    config.vad === null ? null : createSpeechFinder(sherpa, config.vad, longestSeconds + 1)
  let last: Promise<void> = Promise.resolve()

  const listen = (o: TurnOptions & ListenEvents): Listening => {
    const parts: Float32Array[] = []
    let length = 0
    let over = false
    let dropped = false
    const finish = async (): Promise<void> => {
      if (dropped) return
      try {
        const all = joinFloats(parts)
        const speech = finder === null ? all : finder.speechIn(all)
        const text = speech.length === 0 ? '' : await recognise(speech, o)
        if (dropped) return
        if (text !== '') o.heard({ type: 'final', text })
        o.heard({ type: 'done' })
      } catch (error) {
        o.failed(error)
      }
    }
    return {
      write(samples) {
        o.taken(samples.byteLength)
        if (over || length >= longest) return
        const kept = floatsOf(samples.subarray(0, longest - length))
        parts.push(kept)
        length += kept.length
      },
      end() {
        if (over) return
        over = true
        last = last.then(finish)
      },
      drop() {
        over = true
        dropped = true
        parts.length = 0
      },
    }
  }

  return { speakers: 0, rate: sampleRateHz, listen }
}

async function decode(
  recognizer: OfflineRecognizer,
  stream: OfflineStream,
  samples: Float32Array,
): Promise<string> {
  stream.acceptWaveform({ samples, sampleRate: sampleRateHz })
  return (await recognizer.decodeAsync(stream)).text.trim()
}

const featConfig = { sampleRate: sampleRateHz, featureDim: 80 }

/** Turns may be in different languages: the recogniser is told before each that differs. */
function whisper(sherpa: Sherpa, o: EngineConfig, files: WhisperFiles): Recognise {
  const { encoder, decoder, tokens } = files
  const configFor = (language: string) => ({
    featConfig,
    modelConfig: {
      whisper: { encoder, decoder, language, task: 'transcribe', tailPaddings },
      tokens,
      numThreads: o.threads,
      provider: 'cpu',
      debug: 0,
    },
  })
  let current = 'pt'
  const recognizer = new sherpa.OfflineRecognizer(configFor(current))
  return (samples, { language }) => {
    // A language that it does not know would end the process.
    const wanted = spoken.get(language) ?? current
    if (wanted !== current) recognizer.setConfig(configFor(wanted))
    current = wanted
    return decode(recognizer, recognizer.createStream(), samples)
  }
}

/** Hints go with each turn: those of the options, and those of the call. */
function transducer(
  sherpa: Sherpa,
  o: EngineConfig,
  { encoder, decoder, joiner, tokens, bpeVocab, nemo }: TransducerFiles,
  writing: Writing,
): Recognise {
  const biased = bpeVocab !== null && !nemo
  const recognizer = new sherpa.OfflineRecognizer({
    featConfig,
    modelConfig: {
      transducer: { encoder, decoder, joiner },
      tokens,
      numThreads: o.threads,
      provider: 'cpu',
      debug: 0,
      modelType: nemo ? 'nemo_transducer' : 'transducer',
      ...(bpeVocab === null ? {} : { modelingUnit: 'bpe', bpeVocab }),
    },
    ...(biased ? { decodingMethod: 'modified_beam_search', hotwordsScore: o.hotwordsScore } : {}),
  })
  return async (samples, { hints }) => {
    const hotwords = [...o.hotwords, ...hints].map((hint) => writing.asTheModelWrites(hint))
    const stream =
      biased && hotwords.length > 0
        ? recognizer.createStream(hotwords.join('/'))
        : recognizer.createStream()
    return writing.asPeopleWrite(await decode(recognizer, stream, samples))
  }
}
