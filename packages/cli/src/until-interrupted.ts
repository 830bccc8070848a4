import { listenForStop } from './stop-signals.ts'

/** What is being closed after Ctrl-C gets so long. */
const closeLimitMs = 1_000
/** A plugin that left something open keeps no command that is done. */
const leaveAfterMs = 2_000

const interruptedExit = 130

/** Ends the process although something is open, once all that was printed has been read. */
function leaveSoon(): void {
  setInterval(() => {
    if (process.stdout.writableLength === 0) process.exit()
  }, leaveAfterMs).unref()
}

/**
 * Does a command's work under a signal that Ctrl-C, SIGTERM and SIGHUP abort; the command ends with 130 then, at the
 * latest a second later. For work with plugins, which may hold connections.
 */
export async function untilInterrupted<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController()
  const leave = (): never => process.exit(interruptedExit)
  using signals = listenForStop(leave)
  void signals.first.then(() => {
    stop.abort(new Error('interrupted'))
    setTimeout(leave, closeLimitMs).unref()
  })
  try {
    const done = await work(stop.signal)
    return stop.signal.aborted ? leave() : done
  } catch (error) {
    if (stop.signal.aborted) leave()
    throw error
  } finally {
    leaveSoon()
  }
}
