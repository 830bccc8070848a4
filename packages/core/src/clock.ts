/** Milliseconds on the monotonic clock; only differences mean anything. */
export type Clock = () => number

export const monotonic: Clock = () => performance.now()
