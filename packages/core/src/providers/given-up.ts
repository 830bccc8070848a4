/** Nobody waits for this reply any longer, because it is too late: the dialogue that owed it has failed. */
export class GivenUp extends Error {}

export function isGivenUp(signal: AbortSignal): boolean {
  return signal.aborted && signal.reason instanceof GivenUp
}
