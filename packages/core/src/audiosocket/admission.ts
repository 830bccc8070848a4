/** Which addresses may connect. */
export interface AllowList {
  allows(address: string): boolean
}

/** One per daemon: bounds the connections that have not shown a UUID, per address and in all. */
export interface Admission {
  /** A connection came in. `evict` is called when a newer one needs its place. Returns the way to leave. */
  enter(address: string, evict: () => void): () => void
  /** Connections that are waiting for their UUID. */
  readonly waiting: number
}
