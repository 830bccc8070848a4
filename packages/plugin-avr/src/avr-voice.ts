import { cleanText, type Speech, type TextToSpeech } from '@portaria/core/plugin'
import { passingFailure, shownUrl } from './failures.ts'
import type { TtsOptions } from './options.ts'
import { post } from './post.ts'
import { version } from './version.ts'
import { readSoundHeader } from './wav-header.ts'

/** Raw samples of AVR have this rate. */
const rate = 8_000
/** Nobody listens to more. */
const longestText = 2_000
/** Three minutes at the highest rate. */
const mostBytes = 180 * 96_000
/** Samples are never text this long; a page or an error is. */
const textSeenBytes = 32

/**
 * The voice of a container: text in, samples out. It says nothing of the voice, the language or the speed: those are
 * set at the container.
 */
export function createAvrVoice(o: TtsOptions): TextToSpeech {
  const { url, firstMs, nextMs, totalMs } = o
  return {
    cacheId: `avr ${version} ${shownUrl(url)} ${o.voice}`,
    async synthesize(sentence, { signal }) {
      signal.throwIfAborted()
      const text = speakable(sentence)
      if (!/[\p{L}\p{N}]/u.test(text)) return { rate, audio: nothing() }
      const chunks = await post({
        url,
        option: 'plugins.avr.tts.url',
        body: JSON.stringify({ text }),
        headers: { 'content-type': 'application/json' },
        limits: { firstMs, nextMs, totalMs },
        mostBytes,
        signal,
      })
      return await speechOf(chunks, url)
    },
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** One line; what is too long ends with a whole word. */
function speakable(sentence: string): string {
  const line = cleanText(sentence.slice(0, longestText + 1))
    .replace(/\s+/gu, ' ')
    .trim()
  return line.length > longestText ? line.slice(0, line.lastIndexOf(' ', longestText)) : line
}

/** Looks at the first bytes: they may be a header, a page, or all that there is. */
async function speechOf(chunks: AsyncIterable<Uint8Array>, url: URL): Promise<Speech> {
  const parts = chunks[Symbol.asyncIterator]()
  let start = Buffer.alloc(0)
  try {
    for (;;) {
      const next = await parts.next()
      if (next.done !== true) start = Buffer.concat([start, next.value])
      const over = next.done === true
      const header = readSoundHeader(start)
      if (!over && (header.type === 'more' || start.length < textSeenBytes)) continue
      if (isText(start)) throw passingFailure(`${shownUrl(url)} sent text instead of sound`)
      const sound = header.type === 'wav' ? start.subarray(header.length) : start
      if (over && sound.length < 2) throw passingFailure(`${shownUrl(url)} sent no sound`)
      return {
        rate: header.type === 'wav' ? header.rate : rate,
        audio: rest(sound, over ? null : parts),
      }
    }
  } catch (error) {
    await parts.return?.()
    throw error
  }
}

function isText(start: Buffer): boolean {
  const seen = start.subarray(0, 256)
  return (
    seen.length > 0 && seen.every((byte) => (byte >= 32 && byte < 127) || (byte >= 9 && byte <= 13))
  )
}

async function* rest(
  first: Uint8Array,
  parts: AsyncIterator<Uint8Array> | null,
): AsyncGenerator<Uint8Array> {
  try {
    if (first.length > 0) yield first
    for (;;) {
      const next = await parts?.next()
      if (next === undefined || next.done === true) return
      yield next.value
    }
  } finally {
    await parts?.return?.()
  }
}
