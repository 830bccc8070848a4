/** True when the promise settled in time; false when the time is over or the signal aborted. Leaves no timer behind. */
export async function within(
  promise: Promise<unknown>,
  ms: number,
  signal?: AbortSignal,
): Promise<boolean> {
  const over = Promise.withResolvers<false>()
  const stop = (): void => over.resolve(false)
  const timer = setTimeout(stop, ms)
  signal?.addEventListener('abort', stop, { once: true })
  if (signal?.aborted === true) stop()
  try {
    return await Promise.race([promise.then(() => true), over.promise])
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', stop)
  }
}
