import { messageOf } from '@portaria/core/errors'
import type { Log } from '@portaria/core/log'
import { isDiskFailure } from './disk-failure.ts'
import { type Running, writeRunFile } from './run-file.ts'

/** `run.json` until it is disposed. A failing disk costs the file, said in the log, and never the daemon. */
export async function keepRunFile(
  dataDir: string,
  o: { running: Running; log: Log },
): Promise<AsyncDisposable> {
  await using kept = new AsyncDisposableStack()
  await unlessDiskFails(async () => {
    const file = await writeRunFile(dataDir, o.running)
    kept.defer(() => unlessDiskFails(() => Promise.resolve(file[Symbol.asyncDispose]())))
  })
  return kept.move()

  async function unlessDiskFails(write: () => Promise<void>): Promise<void> {
    try {
      await write()
    } catch (error) {
      if (!isDiskFailure(error)) throw error
      o.log.warn(
        { error: messageOf(error) },
        'the disk refuses run.json: other commands find this daemon by --url only',
      )
    }
  }
}
