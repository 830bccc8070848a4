import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OnlineRecognizer, OnlineStream } from 'sherpa-onnx-node'
import { type EngineConfig, sampleRateHz } from '../messages.ts'
import type { StreamingTransducerFiles } from '../models/model-files.ts'
import type { Engine, ListenEvents, Listening } from '../serve-engine.ts'
import { floatsOf } from './samples.ts'
import { createWriting } from './writing.ts'
import type { Sherpa } from './load-sherpa.ts'

/** Silence after a turn, so that the model's look-ahead reaches the last word. */
const tailMs = 600

type Ear = ListenEvents & {
  readonly stream: OnlineStream
  text: string
  untold: number
  ended: boolean
  quiet: boolean
}

/**
 * A streaming zipformer: hears as it is spoken. All turns that have sound are decoded together, a step at a time, so
 * that the process answers between two steps.
 */
export function createStreamingEars(
  sherpa: Sherpa,
  config: EngineConfig,
  files: StreamingTransducerFiles,
): Engine {
  const writing = createWriting(files.tokens)
  const recognizer = recognizerOf(
    sherpa,
    config,
    files,
    config.hotwords.map((words) => writing.asTheModelWrites(words)),
  )
  const ears = new Set<Ear>()
  let stepping = false

  const step = (): void => {
    const ready = [...ears].filter(({ stream }) => recognizer.isReady(stream))
    try {
      if (ready.length > 0) recognizer.decodeStreams(ready.map(({ stream }) => stream))
    } catch (error) {
      for (const ear of ready) {
        ears.delete(ear)
        ear.failed(error)
      }
    }
    for (const ear of ears) settle(ear)
    stepping = ears.size > 0 && ready.length > 0
    if (stepping) setImmediate(step)
  }
  const wake = (): void => {
    if (stepping) return
    stepping = true
    setImmediate(step)
  }

  const settle = (ear: Ear): void => {
    const text = writing.asPeopleWrite(recognizer.getResult(ear.stream).text)
    const changed = text !== ear.text
    ear.text = text
    const more = recognizer.isReady(ear.stream)
    if (!more && ear.untold > 0) {
      ear.taken(ear.untold)
      ear.untold = 0
    }
    if (!more && ear.ended) {
      ears.delete(ear)
      if (text !== '') ear.heard({ type: 'final', text })
      ear.heard({ type: 'done' })
      return
    }
    if (changed) ear.heard({ type: 'partial', text })
    const quiet = text !== '' && recognizer.isEndpoint(ear.stream)
    if (quiet && !ear.quiet) ear.heard({ type: 'end-of-speech' })
    ear.quiet = quiet
  }

  const listen = (o: ListenEvents): Listening => {
    const stream = recognizer.createStream()
    const ear: Ear = {
      ...o,
      stream,
      text: '',
      untold: 0,
      ended: false,
      quiet: false,
    }
    ears.add(ear)
    return {
      write(samples) {
        if (ear.ended) return
        ear.untold += samples.byteLength
        stream.acceptWaveform({ samples: floatsOf(samples), sampleRate: sampleRateHz })
        wake()
      },
      end() {
        if (ear.ended) return
        ear.ended = true
        const tail = new Float32Array((sampleRateHz * tailMs) / 1000)
        stream.acceptWaveform({ samples: tail, sampleRate: sampleRateHz })
        stream.inputFinished()
        wake()
      },
      drop: () => void ears.delete(ear),
    }
  }

  return { speakers: 0, rate: sampleRateHz, listen }
}

/** The binding takes hotwords of a streaming model only from a file, for all turns alike. */
function recognizerOf(
  sherpa: Sherpa,
  o: EngineConfig,
  { encoder, decoder, joiner, tokens, bpeVocab }: StreamingTransducerFiles,
  hotwords: readonly string[],
): OnlineRecognizer {
  const modelConfig = {
    transducer: { encoder, decoder, joiner },
    tokens,
    numThreads: o.threads,
    provider: 'cpu',
    debug: 0,
    ...(bpeVocab === null ? {} : { modelingUnit: 'bpe', bpeVocab }),
  }
  const usual = {
    featConfig: { sampleRate: sampleRateHz, featureDim: 80 },
    modelConfig,
    enableEndpoint: 1,
    rule1MinTrailingSilence: 2.4,
    rule2MinTrailingSilence: 0.5,
    rule3MinUtteranceLength: 300,
  }
  if (hotwords.length === 0) {
    return new sherpa.OnlineRecognizer({ ...usual, decodingMethod: 'greedy_search' })
  }
  const folder = mkdtempSync(join(tmpdir(), 'portaria-sherpa-'))
  try {
    const hotwordsFile = join(folder, 'hotwords.txt')
    writeFileSync(hotwordsFile, `${hotwords.join('\n')}\n`)
    const biased = { hotwordsFile, hotwordsScore: o.hotwordsScore, maxActivePaths: 4 }
    return new sherpa.OnlineRecognizer({
      ...usual,
      ...biased,
      decodingMethod: 'modified_beam_search',
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
