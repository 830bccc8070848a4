import { orAbort } from '../abortable.ts'
import type { Reply } from '../providers/dialogue.ts'

/** The parts of a reply, with a look at whether the next one is there already. */
export interface ReplyParts {
  /** Null at the end. Rejects when the dialogue fails or the signal aborts, even if the dialogue does not listen. */
  next(): Promise<Reply | null>
  /** Nothing more is wanted of it. */
  close(): void
  /** As `next` where the next part is there or about to be; else `later`, and nothing is lost. */
  nextIfThere(): Promise<Reply | null | 'later'>
}

/** Parts that a dialogue has in hand come within a few turns of the event loop. */
const turnsOfLoop = 3

export function readParts(parts: AsyncIterable<Reply>, signal: AbortSignal): ReplyParts {
  const iterator = parts[Symbol.asyncIterator]()
  let isOver = false
  let coming: Promise<IteratorResult<Reply, unknown>> | null = null
  const ask = (): Promise<IteratorResult<Reply, unknown>> => {
    if (coming === null) {
      coming = orAbort(iterator.next(), signal)
      // Whoever looked and went away hears of a failure with the next look.
      coming.catch(() => undefined)
    }
    return coming
  }
  const take = async (): Promise<Reply | null> => {
    const result = await ask()
    coming = null
    isOver = result.done === true
    return result.done === true ? null : result.value
  }
  return {
    next: take,
    close() {
      if (!isOver) void closeParts(iterator).catch(() => undefined)
    },
    async nextIfThere() {
      const settled = ask().then(
        () => true,
        () => true,
      )
      for (let turn = 0; turn < turnsOfLoop; turn++) {
        if (await Promise.race([settled, nextTurnOfLoop()])) return take()
      }
      return 'later'
    },
  }
}

/** Not waited for: a generator returns only when what it waits for has settled. */
async function closeParts(iterator: AsyncIterator<Reply>): Promise<void> {
  await iterator.return?.()
}

function nextTurnOfLoop(): Promise<false> {
  return new Promise((resolve) => void setImmediate(resolve, false))
}
