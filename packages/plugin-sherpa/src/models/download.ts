import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { ConfigError, isConfigError, messageOf, ProviderError } from '@portaria/core/plugin'

/** A server that sends nothing for so long is asked again for the rest. */
const usualStallMs = 30_000
const tries = 5

export type Progress = { readonly bytes: number; readonly total: number | null }

export type DownloadOptions = {
  readonly url: string
  /** Where it goes; what is there already is gone on with. `<file>.etag` says which version it is of. */
  readonly file: string
  readonly signal: AbortSignal
  readonly onProgress?: (progress: Progress) => void
  readonly stallMs?: number
  /** Between tries; doubled each time. */
  readonly pauseMs?: number
}

/**
 * Fetches a file, going on where an earlier try ended, if the server still has the same version. Throws ConfigError for
 * what the user can mend, a retryable ProviderError when the server fails; what came is kept for the next time.
 */
export async function download(o: DownloadOptions): Promise<void> {
  for (let failures = 0; ;) {
    const before = sizeOf(o.file)
    try {
      if (await attempt(o)) return
    } catch (error) {
      o.signal.throwIfAborted()
      if (isConfigError(error)) throw error
      failures = sizeOf(o.file) > before ? 1 : failures + 1
      if (failures >= tries) throw failed(o.url, error)
      await setTimeout((o.pauseMs ?? 500) * 2 ** failures, undefined, { signal: o.signal })
    }
  }
}

function failed(url: string, cause: unknown): Error {
  const why = `${placeOf(url)} failed: ${messageOf(cause)}`
  const mend = 'What came is kept: run the same command again to go on'
  return new ProviderError('models', `${why}. ${mend}`, { retryable: true, cause })
}

/** Without what may be secret in it. */
export function placeOf(url: string): string {
  const { origin, pathname } = new URL(url)
  return `${origin}${pathname}`
}

/** True when the file is whole; false to begin again. */
async function attempt({ url, file, signal, onProgress, ...o }: DownloadOptions): Promise<boolean> {
  const stall = new AbortController()
  const stallMs = o.stallMs ?? usualStallMs
  const tooSlow = (): void => stall.abort(new Error(`it sent nothing for ${stallMs} ms`))
  const timer = globalThis.setTimeout(tooSlow, stallMs)
  const have = sizeOf(file)
  const etag = have > 0 ? readEtag(file) : null
  const range = etag === null ? {} : { range: `bytes=${have}-`, 'if-range': etag }
  const either = AbortSignal.any([signal, stall.signal])
  try {
    const response = await fetch(url, { headers: range, signal: either }).catch(
      (error: unknown) => {
        either.throwIfAborted()
        throw causeOf(error)
      },
    )
    const on = response.status === 206 && startsAt(response, have)
    if (response.status === 416 || (response.status === 206 && !on)) {
      await response.body?.cancel()
      forget(file)
      return false
    }
    if (!response.ok || response.body === null) {
      await response.body?.cancel()
      throw refusal(url, response.status)
    }
    const length = Number(response.headers.get('content-length') ?? Number.NaN)
    let bytes = on ? have : 0
    const total =
      Number.isFinite(length) && response.headers.get('content-encoding') === null
        ? bytes + length
        : null
    rememberEtag(file, response.headers.get('etag'))
    const out = openSync(file, on ? 'a' : 'w')
    try {
      for await (const part of response.body) {
        timer.refresh()
        for (let at = 0; at < part.length;) at += writeSync(out, part, at)
        bytes += part.length
        onProgress?.({ bytes, total })
      }
    } finally {
      closeSync(out)
    }
    if (total !== null && bytes !== total) throw new Error(`it sent ${bytes} of ${total} bytes`)
    rmSync(etagFile(file), { force: true })
    return true
  } catch (error) {
    stall.signal.throwIfAborted()
    throw error
  } finally {
    clearTimeout(timer)
  }
}

/** fetch hides why it failed in the cause. */
function causeOf(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? error.cause : error
}

function refusal(url: string, status: number): Error {
  const what = `${placeOf(url)} answered ${status}`
  if (status === 429 || status >= 500) return new Error(what)
  const mend = 'is the base URL right (--url, PORTARIA_MODELS_URL, plugins.sherpa.modelsUrl)?'
  return new ConfigError(`${what}: ${mend}`)
}

function startsAt(response: Response, have: number): boolean {
  const [, from] = /^bytes (\d+)-/u.exec(response.headers.get('content-range') ?? '') ?? []
  return Number(from) === have
}

function sizeOf(file: string): number {
  return existsSync(file) ? statSync(file).size : 0
}

function etagFile(file: string): string {
  return `${file}.etag`
}

/** Without a strong one nobody knows what the part is of: it is fetched anew. */
function readEtag(file: string): string | null {
  if (!existsSync(etagFile(file))) return null
  const etag = readFileSync(etagFile(file), 'utf8')
  return etag.startsWith('"') ? etag : null
}

function rememberEtag(file: string, etag: string | null): void {
  if (etag === null) rmSync(etagFile(file), { force: true })
  else writeFileSync(etagFile(file), etag)
}

function forget(file: string): void {
  rmSync(file, { force: true })
  rmSync(etagFile(file), { force: true })
}
