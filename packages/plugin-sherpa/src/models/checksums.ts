import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { messageOf, ProviderError } from '@portaria/core/plugin'
import { placeOf } from './download.ts'

const timeoutMs = 30_000
const mostCharacters = 1_000_000

/**
 * What the server's checksum.txt says of a file; null when there is none, or it does not name the file. Lines of
 * `<name> <sha256>`, as sherpa-onnx publishes it, or of `<sha256>  <name>`, as sha256sum writes it.
 * Throws a retryable ProviderError when the server fails: a failing server must not do without the check.
 */
export async function publishedChecksum(url: string, signal: AbortSignal): Promise<string | null> {
  const list = new URL('checksum.txt', url).href
  const name = decodeURIComponent(new URL(url).pathname.split('/').at(-1) ?? '')
  const failed = (why: string, cause?: unknown): Error =>
    new ProviderError('models', `cannot read ${placeOf(list)}: ${why}. Try again`, {
      retryable: true,
      cause,
    })
  const either = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
  let text: string
  try {
    const response = await fetch(list, { signal: either })
    text = response.ok ? await response.text() : ''
    if (!response.ok) await response.body?.cancel()
    if (response.status === 429 || response.status >= 500)
      throw new Error(`it answered ${response.status}`)
  } catch (error) {
    signal.throwIfAborted()
    throw failed(messageOf(error instanceof Error ? (error.cause ?? error) : error), error)
  }
  for (const line of text.slice(0, mostCharacters).split('\n')) {
    const words = line.trim().split(/\s+\*?/u)
    const sum = words.find((word) => /^[0-9a-f]{64}$/iu.test(word))
    if (sum !== undefined && words.includes(name)) return sum.toLowerCase()
  }
  return null
}

export async function sha256Of(file: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash, { signal })
  return hash.digest('hex')
}
