import type { Settings } from '@portaria/core/config/config'
import { findRunning } from './run-file.ts'

/** Where the daemon's HTTP API is: of the daemon that runs on this data folder, else by the settings. */
export async function apiUrl(settings: Settings): Promise<string> {
  const running = await findRunning(settings.dataDir)
  if (running) return running.api_url
  const { host, port } = settings.api
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}
