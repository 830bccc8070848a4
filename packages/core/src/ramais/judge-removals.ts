/** Ramais that vanished from the source in a suspicious mass, and are served all the same. */
export type Held = {
  /** In ascending order, never empty. */
  readonly ids: readonly number[]
  /** When the latest of them vanished, on the monotonic clock. */
  readonly sinceMs: number
}

/** How long after the hold a full read must come to release it. */
export const releaseAfterMs = 60_000

export type JudgeRemovals = {
  /** Every id that is served, held ones too. */
  readonly running: readonly number[]
  /** Running ids that this read looked for and did not find. */
  readonly vanished: readonly number[]
  /** Held ids that this read found again. */
  readonly back: readonly number[]
  /** Whether the read saw the whole source, or looked for some ids only. */
  readonly source: 'full' | 'ids'
  /** Whether the source has no row at all, neither good nor bad. */
  readonly desiredEmpty: boolean
  readonly held: Held | null
  /** The monotonic clock's. */
  readonly nowMs: number
  /** A person said that all these removals are meant. */
  readonly accept: boolean
}

/**
 * Says which of the vanished ramais to remove, and which to hold because a mistake is likelier than
 * an intention: a DELETE without WHERE, a lost privilege, a replica that is still empty.
 *
 * - More than 20 % and at least 5 at once, or all of two or more, are held.
 * - While some are held, what vanishes anew is judged together with them; if that is held too, the
 *   wait begins again for all.
 * - A held id leaves when its row comes back, when a person accepts, or when a full read at least
 *   60 s later still misses it and the source has any row. What that very read misses for the first
 *   time is judged by itself.
 * - An empty source releases nothing without a person.
 */
export function judgeRemovals(o: JudgeRemovals): { remove: number[]; held: Held | null } {
  const still = stillHeld(o)
  const heldIds = new Set(still?.ids)
  const running = new Set(o.running)
  const fresh = ascending(new Set(o.vanished)).filter((id) => running.has(id) && !heldIds.has(id))
  if (o.accept) return { remove: ascending([...heldIds, ...fresh]), held: null }
  if (still === null) return judged(fresh, running.size, o.nowMs)
  if (isConfirmed(still, o)) {
    const anew = judged(fresh, running.size - heldIds.size, o.nowMs)
    return { remove: ascending([...heldIds, ...anew.remove]), held: anew.held }
  }
  if (fresh.length === 0) return { remove: [], held: still }
  const together = judged(ascending([...heldIds, ...fresh]), running.size, o.nowMs)
  return together.held === null ? { remove: fresh, held: still } : together
}

/** The hold without what came back or is no longer served. */
function stillHeld(o: JudgeRemovals): Held | null {
  if (o.held === null) return null
  const running = new Set(o.running)
  const vanished = new Set(o.vanished)
  const back = new Set(o.back)
  const isGone = (id: number): boolean =>
    running.has(id) && !back.has(id) && (o.source === 'ids' || vanished.has(id))
  const ids = o.held.ids.filter(isGone)
  return ids.length === 0 ? null : { ids, sinceMs: o.held.sinceMs }
}

function isConfirmed(held: Held, o: JudgeRemovals): boolean {
  return o.source === 'full' && !o.desiredEmpty && o.nowMs - held.sinceMs >= releaseAfterMs
}

function judged(ids: number[], running: number, nowMs: number) {
  return isMass(ids.length, running)
    ? { remove: [], held: { ids, sinceMs: nowMs } }
    : { remove: ids, held: null }
}

function isMass(vanished: number, running: number): boolean {
  return (vanished >= 5 && vanished * 5 > running) || (vanished >= 2 && vanished === running)
}

function ascending(ids: Iterable<number>): number[] {
  return [...ids].sort((a, b) => a - b)
}
