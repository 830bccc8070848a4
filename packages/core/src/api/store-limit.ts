/** A source that takes longer is told to the client as one that does not answer. */
const storeTimeoutMs = 30_000

/** How long a request may wait for a store. */
export function storeLimit(stopping: AbortSignal): { signal: AbortSignal } {
  return { signal: AbortSignal.any([stopping, AbortSignal.timeout(storeTimeoutMs)]) }
}
