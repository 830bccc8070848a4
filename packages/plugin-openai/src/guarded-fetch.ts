import { passingFailure } from './failures.ts'

/** An error needs no more, however large the page. */
const mostErrorBytes = 16 * 1024

/** What a request needs. */
const usual = ['accept', 'authorization', 'content-type']

/**
 * `fetch` for the client: follows no redirect, which would carry a visitor's words to another server, reads no more
 * than `mostBytes` of an answer, and takes no page for one. Of headers it sends the usual ones and `own`: the client
 * tells of the machine, and adds OPENAI_CUSTOM_HEADERS of its environment, to whichever server.
 */
export function guardedFetch(mostBytes: number, own: readonly string[]): typeof fetch {
  const known = new Set([...usual, ...own.map((name) => name.toLowerCase())])
  return async (input, init) => {
    const sent = [...new Headers(init?.headers)].filter(([name]) => known.has(name))
    const response = await fetch(input, { ...init, headers: sent, redirect: 'manual' })
    const { status, statusText, headers, body, ok } = response
    if (body === null) return response
    const type = headers.get('content-type') ?? ''
    if (ok && /^text\/html/iu.test(type)) {
      await body.cancel()
      throw passingFailure(`${shownUrl(new URL(response.url))}: the answer is a page`)
    }
    const limited = body.pipeThrough(ok ? failingAfter(mostBytes) : endingAfter(mostErrorBytes))
    return new Response(limited, { status, statusText, headers })
  }
}

/** Never the query, which may hold a key. */
export function shownUrl(url: URL): string {
  return `${url.origin}${url.pathname.replace(/\/$/u, '')}`
}

function failingAfter(mostBytes: number): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0
  return new TransformStream({
    transform(chunk, controller) {
      bytes += chunk.length
      if (bytes <= mostBytes) controller.enqueue(chunk)
      else controller.error(passingFailure(`the answer has more than ${mostBytes} bytes`))
    },
  })
}

function endingAfter(mostBytes: number): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0
  return new TransformStream({
    transform(chunk, controller) {
      controller.enqueue(chunk.subarray(0, mostBytes - bytes))
      bytes += chunk.length
      if (bytes >= mostBytes) controller.terminate()
    },
  })
}
