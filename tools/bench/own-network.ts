import { spawnSync } from 'node:child_process'
import { works } from './load-generator.ts'

const insideVariable = 'PORTARIA_BENCH_NETWORK'

/** For the report: which network this runs in. */
export const network = process.env[insideVariable] ?? 'shared'

/**
 * Runs this bench again in a network of its own, where `reno` does not pace as `bbr` would and all ports are free.
 * Returns its exit code; null: this is that network already, or there can be none.
 */
export function runInOwnNetwork(): number | null {
  if (process.env[insideVariable] !== undefined) return null
  const setUp = 'ip link set lo up && sysctl -qw net.ipv4.tcp_congestion_control=reno'
  if (!works('unshare', ['-n', 'sh', '-c', setUp])) return null
  const again = [process.execPath, ...process.execArgv, ...process.argv.slice(1)]
  const run = spawnSync('unshare', ['-n', 'sh', '-c', `${setUp} && exec "$@"`, 'sh', ...again], {
    stdio: 'inherit',
    env: { ...process.env, [insideVariable]: 'own, reno' },
  })
  return run.status ?? 1
}
