import { ConfigError } from '@portaria/core/errors'
import { createDaemonApi } from './daemon/daemon-api.ts'
import { runningPlace } from './daemon/find-daemon.ts'
import { isRecord } from './is-record.ts'
import { findRunning, type Running } from './run-file.ts'

const answerMs = 3_000

/**
 * Two daemons on one data folder would take each other's spool and last good configuration. Throws ConfigError when
 * the one that `run.json` names is alive and answers; a file that a crash left, its process id perhaps used anew, is
 * no reason to leave a building without a door.
 */
export async function refuseSecondDaemon(dataDir: string): Promise<void> {
  const other = await findRunning(dataDir)
  if (other === null || other.pid === process.pid || !(await answers(other))) return
  throw new ConfigError(
    `a daemon runs on ${dataDir} already (process ${other.pid}, ${other.api_url}): stop that one, or give this one another folder with --data-dir`,
  )
}

async function answers(running: Running): Promise<boolean> {
  const api = createDaemonApi(runningPlace(running))
  return api.get('/healthz', AbortSignal.timeout(answerMs)).then(
    (health) => isRecord(health) && typeof health['version'] === 'string',
    () => false,
  )
}
