import { TextDecoder } from 'node:util'
import {
  connectionFailure,
  type Container,
  passingFailure,
  shownUrl,
  statusFailure,
} from './failures.ts'
import { requestFor } from './post.ts'

/** One request for a whole leg: sound goes up as it comes, words come down. */
export interface Line {
  /** Connected; rejects with a ProviderError. */
  readonly ready: Promise<void>
  readonly connected: () => boolean
  /** Never waits; drops sound while the container has taken none for 2 s. */
  write(pcm: Uint8Array): void
  close(): void
}

const mostBehindMs = 2_000

export type LineEvents = {
  words: (chunk: string) => void
  /** The container ended it, which it may do between two turns; `failed`: it says why not to come back. */
  over: (error: Error, how: 'ended' | 'failed') => void
}

export function openLine(container: Container, events: LineEvents): Line {
  const { url } = container
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const ready = Promise.withResolvers<void>()
  // Who does not wait for it hears of the failure by `over`.
  ready.promise.catch(() => undefined)
  let open = true
  let connected = false
  let waiting = 0
  let behindSinceMs = 0

  const request = requestFor(url)(url, {
    method: 'POST',
    agent: false,
    headers: { 'content-type': 'application/octet-stream' },
  })
  const end = (error: Error, how: 'ended' | 'failed'): void => {
    if (!open) return
    open = false
    request.destroy()
    ready.reject(error)
    events.over(error, how)
  }
  const lost = (error: unknown): void => end(connectionFailure(container, error), 'ended')
  const closed = (): void =>
    end(passingFailure(`${shownUrl(url)} ended the request that listens`), 'ended')

  request.on('socket', (socket) => {
    const event = url.protocol === 'https:' ? 'secureConnect' : 'connect'
    socket.once(event, () => {
      connected = true
      ready.resolve()
    })
  })
  request.on('error', lost)
  request.on('close', closed)
  request.on('response', (answer) => {
    const { statusCode = 0, headers } = answer
    answer.on('error', lost)
    if (statusCode < 200 || statusCode > 299) end(statusFailure(container, statusCode), 'failed')
    else if (/^text\/html/iu.test(headers['content-type'] ?? '')) {
      end(passingFailure(`${shownUrl(url)} answered with a page`), 'failed')
    }
    answer.on('data', (chunk: Uint8Array) => {
      if (!open) return
      try {
        events.words(decoder.decode(chunk, { stream: true }))
      } catch {
        end(passingFailure(`${shownUrl(url)} wrote something that is no text`), 'failed')
      }
    })
    answer.on('end', closed)
  })
  // The container answers nothing before the first words: it must see the request without them.
  request.flushHeaders()

  return {
    ready: ready.promise,
    connected: () => connected,
    write(pcm) {
      const nowMs = performance.now()
      if (waiting === 0) behindSinceMs = nowMs
      if (!open || nowMs - behindSinceMs > mostBehindMs) return
      waiting += 1
      request.write(pcm, () => (waiting -= 1))
    },
    close() {
      open = false
      ready.reject(new Error('the line is closed'))
      request.destroy()
    },
  }
}
