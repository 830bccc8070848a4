import { isProviderError } from '../errors.ts'
import type { CallRecordRow } from '../providers/call-history.ts'

/** A row that the history will never take. */
export type Refused = { readonly row: CallRecordRow; readonly why: string }

/**
 * Delivers rows through `append`, and returns those that are refused for good: a batch that is, is halved until the bad
 * rows stand alone. Rejects while the history is away; what was delivered by then may be delivered again.
 */
export async function deliver(
  rows: readonly CallRecordRow[],
  append: (rows: readonly CallRecordRow[]) => Promise<void>,
): Promise<Refused[]> {
  const [first] = rows
  if (first === undefined) return []
  try {
    await append(rows)
    return []
  } catch (error) {
    if (!isProviderError(error) || error.retryable) throw error
    if (rows.length === 1) return [{ row: first, why: error.message }]
  }
  const half = rows.length >> 1
  const refused = await deliver(rows.slice(0, half), append)
  return [...refused, ...(await deliver(rows.slice(half), append))]
}
