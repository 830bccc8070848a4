import type { Log } from '@portaria/core/plugin'
import { startEmbedded } from '../../src/embedded/start-embedded.ts'

/** Runs the embedded server of a folder until SIGTERM, as `serve` does; says on one line each what happens. */
const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`)
const told = (fields: object, message: string): void => say({ log: message, ...fields })
const log: Log = { debug: told, info: told, warn: told, error: told, child: () => log }

const stopped = new Promise((resolve) => process.once('SIGTERM', resolve))
try {
  const { signal } = new AbortController()
  await using server = await startEmbedded({ dataDir: process.argv[2] ?? '', log, signal })
  say({ url: server.url, place: server.place })
  await stopped
} catch (error) {
  say({ error: String(error) })
  process.exitCode = 2
}
