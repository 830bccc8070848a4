/** Settles with `work`, or rejects with the signal's reason the moment it aborts. */
export function orAbort<T>(work: PromiseLike<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error)
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
    const forget = (): void => signal.removeEventListener('abort', onAbort)
    work.then(
      (value) => {
        forget()
        resolve(value)
      },
      (error: unknown) => {
        forget()
        reject(error as Error)
      },
    )
  })
}

/** Settles with `work`, or rejects with an error that says `what` took too long; the signal aborts both. */
export async function orTimeout<T>(
  work: PromiseLike<T>,
  o: { ms: number; what: string; signal: AbortSignal },
): Promise<T> {
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(new Error(`${o.what} took more than ${o.ms} ms`)), o.ms)
  try {
    return await orAbort(work, AbortSignal.any([o.signal, late.signal]))
  } finally {
    clearTimeout(timer)
  }
}
