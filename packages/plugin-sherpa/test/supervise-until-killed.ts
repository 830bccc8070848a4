/** Starts a supervised child, says its pid and its own, and lives until it is killed. For supervise.test.ts. */
import { superviseScript } from './providers.ts'

const { signal } = new AbortController()
const supervisor = superviseScript(() => ({ say: 'sim' }), { signal })
await supervisor.link(signal)
process.stdout.write(`${supervisor.pid() ?? 0}\n`)
