import type { Log } from '@portaria/core/log'

/** So many bugs a minute are no longer one call's: what is left of the state is not worth keeping. */
const tooMany = 20
const windowMs = 60_000

/**
 * A bug in one call must not hang up all the others, so what nobody caught is logged with its stack and the
 * daemon goes on. `giveUp` is called when they come too fast: the supervisor then starts a fresh one.
 */
export function surviveBugs(log: Log, giveUp: () => void): Disposable {
  let seen: number[] = []
  const onBug = (error: unknown): void => {
    const nowMs = performance.now()
    seen = [...seen.filter((atMs) => nowMs - atMs < windowMs), nowMs]
    log.error({ err: error }, 'a bug of Portaria: please report it; the daemon goes on')
    if (seen.length === tooMany) giveUp()
  }
  process.on('uncaughtException', onBug).on('unhandledRejection', onBug)
  return {
    [Symbol.dispose]() {
      process.off('uncaughtException', onBug).off('unhandledRejection', onBug)
    },
  }
}
