/** Chunks on their way from the worker to one consumer. */
export interface AudioQueue {
  push(chunk: Uint8Array): void
  end(): void
  /** The consumer's next step throws; what waits unread is dropped. */
  fail(error: unknown): void
  readonly chunks: AsyncIterable<Uint8Array>
}

/** `onLeft` is called when the consumer stops before the end. */
export function createAudioQueue(onLeft: () => void): AudioQueue {
  const waiting: Uint8Array[] = []
  let ended = false
  let failure: { error: unknown } | null = null
  let wake = (): void => {}

  async function* drain(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        if (failure !== null) throw failure.error
        const chunk = waiting.shift()
        if (chunk !== undefined) yield chunk
        else if (ended) return
        else await new Promise<void>((resolve) => (wake = resolve))
      }
    } finally {
      if (!ended) onLeft()
    }
  }

  return {
    push(chunk) {
      if (ended) return
      waiting.push(chunk)
      wake()
    },
    end() {
      ended = true
      wake()
    },
    fail(error) {
      if (ended) return
      ended = true
      failure = { error }
      wake()
    },
    chunks: drain(),
  }
}
