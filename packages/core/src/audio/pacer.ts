/** How late slots were played, in ms, over the pacer's life. */
export type Lateness = {
  readonly count: number
  readonly p50: number
  readonly p99: number
  readonly max: number
}

/** One shared 20 ms clock for every leg of the daemon. */
export interface Pacer extends Disposable {
  /** Ticks every 20 ms from the next slot on (within 5 ms); returns the way to stop. */
  add(tick: (nowMs: number) => void): () => void
  /** Legs that tick. */
  readonly size: number
  readonly lateness: Lateness
}
