import type { Heard } from './speech-to-text.ts'

/** What is heard, on its way to its one consumer. */
export interface HeardQueue {
  push(heard: Heard): void
  /** The consumer gets what is there, and then the error, or the end. The first one counts. */
  fail(error: unknown): void
  end(): void
  readonly heard: AsyncIterable<Heard>
}

export function createHeardQueue(): HeardQueue {
  const waiting: Heard[] = []
  let over: { readonly error: unknown } | 'ended' | null = null
  let wake = (): void => {}

  function finish(how: { readonly error: unknown } | 'ended'): void {
    over ??= how
    wake()
  }

  async function* drain(): AsyncGenerator<Heard> {
    for (;;) {
      const next = waiting.shift()
      if (next !== undefined) yield next
      else if (over === 'ended') return
      else if (over !== null) throw over.error
      else await new Promise<void>((resolve) => (wake = resolve))
    }
  }

  return {
    push(heard) {
      if (over !== null) return
      waiting.push(heard)
      wake()
    },
    fail: (error) => finish({ error }),
    end: () => finish('ended'),
    heard: drain(),
  }
}
