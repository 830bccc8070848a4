import { resolve as resolvePath } from 'node:path'
import { startDaemon } from '@portaria/core/daemon'
import type { SettingsFlags } from '@portaria/core/config/settings-from'
import { keepRunFile } from './keep-run-file.ts'
import { loadSettings } from './load-settings.ts'
import { refuseSecondDaemon } from './refuse-second-daemon.ts'
import { createResolve, pluginFolders } from './resolve-plugin.ts'
import { startServeLogs } from './serve-logs.ts'
import { listenForStop } from './stop-signals.ts'
import { startSystemd } from './systemd.ts'
import { surviveBugs } from './survive-bugs.ts'

export type ServeOptions = {
  readonly flags: SettingsFlags & { config?: string | undefined }
  readonly folder: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly version: string
}

/**
 * Runs the daemon until a signal asks it to stop and its calls are over. Returns the exit code: 0, or 1 when
 * it gave itself up. Throws ConfigError when it cannot start; nothing is left running then.
 */
export async function serve(o: ServeOptions): Promise<number> {
  const { settings, notices, folder, file } = await loadSettings(o)
  await refuseSecondDaemon(settings.dataDir)
  const level = o.env['PORTARIA_DEBUG'] === undefined ? 'info' : 'debug'
  await using logs = await startServeLogs({
    folder: settings.logDir,
    level,
    screen: process.stdout,
  })
  const { log } = logs
  const startedAt = new Date().toISOString()
  await using systemd = startSystemd({ env: o.env, pid: process.pid, log })
  const gaveUp = Promise.withResolvers<'too many bugs'>()
  using _bugs = surviveBugs(log, () => gaveUp.resolve('too many bugs'))
  const hurried = Promise.withResolvers<void>()
  using stop = listenForStop(() => hurried.resolve())
  const resolve = createResolve(pluginFolders(folder))
  const { version } = o
  await using daemon = await startDaemon({ settings, notices, log, version, resolve })
  const running = {
    pid: process.pid,
    api_url: daemon.apiUrl,
    api_token: settings.api.token,
    api_cert: settings.api.tls === null ? null : resolvePath(settings.api.tls.cert),
    database_url: daemon.databaseUrl,
    started_at: startedAt,
  }
  await using _run = await keepRunFile(settings.dataDir, { running, log })
  const { ramais } = daemon.snapshot()
  log.info({ version, api: daemon.apiUrl, config: file, ramais: ramais.length }, 'serving')
  if (settings.ramais === 'embedded') {
    const { place } = daemon.snapshot().source
    log.info({ database: place }, 'the database is open to: portaria db url, portaria db psql')
  }
  systemd.ready()
  const why = await Promise.race([stop.first, gaveUp.promise])
  log.info({ why, calls: daemon.snapshot().calls.length }, 'stopping: live calls may finish')
  systemd.stopping()
  const drained = daemon.drain()
  void hurried.promise.then(() => daemon.drain())
  await drained
  log.info({}, 'stopped')
  return why === 'too many bugs' ? 1 : 0
}
