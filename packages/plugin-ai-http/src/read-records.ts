import type { IncomingMessage } from 'node:http'
import { TextDecoder } from 'node:util'
import { createObjectScanner, type Waits } from '@portaria/core/plugin'
import { createEventParser } from './event-data.ts'
import { connectionFailure, passingFailure } from './failures.ts'

/** An answer is a few hundred bytes. */
const mostBytes = 1024 * 1024

/** Texts of JSON out of a body that comes in pieces. */
type Cutter = { push(piece: string): string[]; end(): string[] }

function eventCutter(): Cutter {
  const parser = createEventParser()
  const isRecord = (data: string): boolean => data.trim() !== ''
  return {
    push: (piece) => parser.push(piece).filter(isRecord),
    end: () => parser.end().filter(isRecord),
  }
}

function objectCutter(): Cutter {
  const scanner = createObjectScanner(passingFailure)
  return {
    push: (piece) => scanner.push(piece),
    end() {
      scanner.end()
      return []
    },
  }
}

function decoderFor(contentType: string): TextDecoder {
  const [, charset = 'utf-8'] = /charset="?([^\s";]+)/iu.exec(contentType) ?? []
  try {
    return new TextDecoder(charset)
  } catch {
    return new TextDecoder()
  }
}

/**
 * The records of an answer, each as soon as it is whole: one JSON object, several (NDJSON), or server-sent events up to
 * `[DONE]`. The connection is closed unless the answer was read to its end. Throws a ProviderError.
 */
export async function* readRecords(
  answer: IncomingMessage,
  o: { from: URL; waits: Waits },
): AsyncGenerator<unknown> {
  const { waits } = o
  const contentType = answer.headers['content-type'] ?? ''
  const cutter = /^text\/event-stream/iu.test(contentType) ? eventCutter() : objectCutter()
  const decoder = decoderFor(contentType)
  const chunks = answer[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
  let bytes = 0
  try {
    for (;;) {
      const next = await nextOf(waits.wait(chunks.next()), o)
      bytes += next.done === true ? 0 : next.value.length
      if (bytes > mostBytes) throw passingFailure(`the answer has more than ${mostBytes} bytes`)
      const piece =
        next.done === true ? decoder.decode() : decoder.decode(next.value, { stream: true })
      const texts = cutter.push(piece)
      if (next.done === true) texts.push(...cutter.end())
      for (const text of texts) {
        if (text.trim() === '[DONE]') return
        yield parseJson(text)
      }
      if (next.done === true) return
    }
  } finally {
    answer.destroy()
  }
}

async function nextOf<T>(next: Promise<T>, o: { from: URL; waits: Waits }): Promise<T> {
  try {
    return await next
  } catch (error) {
    o.waits.signal.throwIfAborted()
    throw connectionFailure(o.from, error)
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own message quotes the text, which may be personal: it is no cause either.
    throw passingFailure('the answer is broken JSON')
  }
}
