import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { createSpeechEar } from '../../speech-level.ts'
import { write } from '../serve-http.ts'
import { type AvrContainer, startContainer } from './container.ts'

export type AvrAsrOptions = {
  /**
   * Whose manner it has: Vosk and Deepgram write each phrase, Soniox all of the call each time, the bridge to STT a
   * line for each phrase. Default vosk.
   */
  readonly connector?: 'vosk' | 'deepgram' | 'soniox' | 'asr-to-stt'
  /** What each phrase with speech in it says, one after the other, and then the last for ever. */
  readonly said?: readonly string[]
  /** Silence, in the sound's own time, that ends a phrase. Default 500. */
  readonly phraseEndMs?: number
  /** How long the words of a phrase take. Default 0. */
  readonly finalAfterMs?: number
}

/** One request, which lasts as long as a leg. */
export type AvrListening = { bytes: number; phrases: number; contentType: string }

export interface AvrAsr extends AvrContainer {
  readonly listenings: readonly AvrListening[]
}

const rate = 8_000

/**
 * A container for recognition: it hears as long as the request lasts, and writes bare words. As in the real ones the
 * headers come with the first words, and what is not final when the request ends is lost.
 */
export async function startAvrAsr(o: AvrAsrOptions = {}): Promise<AvrAsr> {
  const { connector = 'vosk', said = ['apartamento 501'], phraseEndMs = 500 } = o
  const listenings: AvrListening[] = []
  const container = await startContainer({
    path: '/speech-to-text-stream',
    async handle(request, response) {
      const listening = { bytes: 0, phrases: 0, contentType: '' }
      listening.contentType = request.headers['content-type'] ?? ''
      listenings.push(listening)
      response.setHeader('content-type', 'text/event-stream')
      const writer = createWriter(connector, response)
      const ear = createSpeechEar()
      let odd: Buffer = Buffer.alloc(0)
      let phrase: string | null = null
      for await (const chunk of request as AsyncIterable<Buffer>) {
        listening.bytes += chunk.length
        for (const block of blocksOf(Buffer.concat([odd, chunk]))) {
          odd = block.length < blockBytes ? block : Buffer.alloc(0)
          if (odd.length > 0) break
          ear.hear(block, rate)
          if (phrase === null && ear.hearsSpeech) {
            phrase = said[Math.min(listening.phrases++, said.length - 1)] ?? ''
          }
          if (phrase === null) continue
          if (ear.quietMs === 0) await writer.hearing(phrase)
          if (ear.quietMs < phraseEndMs) continue
          const whole = phrase
          phrase = null
          if (o.finalAfterMs !== undefined) await sleep(o.finalAfterMs)
          await writer.final(whole)
        }
      }
      response.end()
    },
  })
  return Object.assign(container, { listenings })
}

const blockBytes = 320

function* blocksOf(sound: Buffer): Generator<Buffer> {
  for (let at = 0; at < sound.length; at += blockBytes) yield sound.subarray(at, at + blockBytes)
}

type Writer = {
  /** 20 ms more of it were heard. */
  hearing(phrase: string): Promise<void>
  final(phrase: string): Promise<void>
}

type Connector = NonNullable<AvrAsrOptions['connector']>

function createWriter(connector: Connector, response: ServerResponse): Writer {
  let before = ''
  let shown = ''
  const show = async (text: string): Promise<void> => {
    if (text === shown) return
    shown = text
    await write(response, text)
  }
  switch (connector) {
    case 'soniox':
      return {
        async hearing(phrase) {
          const now = `${before} ${phrase}`.trim()
          const next = now.indexOf(' ', shown.length + 1)
          if (next !== -1) await show(now.slice(0, next))
        },
        async final(phrase) {
          before = `${before} ${phrase}`.trim()
          await show(before)
        },
      }
    case 'asr-to-stt':
      return { async hearing() {}, final: (phrase) => write(response, `${phrase}\n`) }
    case 'vosk':
    case 'deepgram':
      return { async hearing() {}, final: (phrase) => write(response, phrase) }
  }
}
