import { isProviderError } from '../errors.ts'

/** A provider and the name that the configuration gives it. */
export type Named<P> = { readonly name: string; readonly provider: P }

/** One provider failed, and another goes on in its place; null: nobody is left. */
export type FallenBack = {
  readonly from: string
  readonly to: string | null
  readonly error: unknown
}

export type FallbackOptions = { readonly onFallback: (fallen: FallenBack) => void }

/** Closes what failed or is not wanted any more, for those who do not wait for it. Never rejects. */
export async function closeQuietly(left: AsyncDisposable): Promise<void> {
  try {
    await left[Symbol.asyncDispose]()
  } catch {
    // It failed before, which was told: that it cannot be closed either is no news.
  }
}

/** Whether asking the same provider again makes sense. What is no ProviderError is a bug, and stays one. */
export function mayRetry(error: unknown): boolean {
  return isProviderError(error) && error.retryable
}
