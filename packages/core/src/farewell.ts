import type { Switchboard } from './call/switchboard.ts'
import type { Log } from './log.ts'
import { within } from './within.ts'

/** How long calls may take to say goodbye when the daemon stops. */
const farewellMs = 10_000

/** Lets calls finish up to the limit, then ends them; the second call does not wait. */
export function createFarewell(o: {
  switchboard: Switchboard
  drainMs: number
  log: Log
}): () => Promise<void> {
  const hurry = Promise.withResolvers<void>()
  let begun: Promise<void> | null = null
  const run = async (): Promise<void> => {
    o.switchboard.refuseNewCalls()
    const live = o.switchboard.live().length
    if (live > 0) o.log.info({ calls: live }, 'waiting for calls to end')
    const idle = o.switchboard.idle()
    await within(Promise.race([idle, hurry.promise]), o.drainMs)
    o.switchboard.shutDown()
    await within(idle, farewellMs)
  }
  return () => {
    if (begun !== null) hurry.resolve()
    begun ??= run()
    return begun
  }
}
