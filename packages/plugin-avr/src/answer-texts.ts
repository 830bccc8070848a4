import { TextDecoder } from 'node:util'
import { createObjectScanner } from '@portaria/core/plugin'
import { z } from 'zod'
import { passingFailure } from './failures.ts'

/** `status` is a progress report (OpenAI Assistant); other types, and text that is none, say nothing. */
const recordSchema = z.looseObject({ type: z.string(), content: z.unknown().optional() })

/**
 * The texts of an answer, each as soon as it is whole: `{"type":"text","content":"…"}` objects, one after the other with
 * nothing between them; or, as `text`, bare words. Throws a ProviderError.
 */
export async function* answerTexts(
  chunks: AsyncIterable<Uint8Array>,
  form: 'objects' | 'text',
): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  const scanner = createObjectScanner((what) => passingFailure(`/prompt-stream: ${what}`))
  for await (const chunk of chunks) {
    const piece = decoder.decode(chunk, { stream: true })
    if (form === 'text') yield piece
    else for (const text of scanner.push(piece)) yield* textsOf(text)
  }
  if (form === 'objects') scanner.end()
  else yield decoder.decode()
}

function textsOf(json: string): string[] {
  const record = recordSchema.safeParse(parseJson(json))
  if (!record.success) throw passingFailure('/prompt-stream: an object has no "type"')
  const { type, content } = record.data
  // Its text may hold what the visitor said.
  if (type === 'error') throw passingFailure('/prompt-stream: the container says that it failed')
  return type === 'text' && typeof content === 'string' ? [content] : []
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own message quotes the text, which may be personal: it is no cause either.
    throw passingFailure('/prompt-stream: the answer is broken JSON')
  }
}
