import { readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'

const roundMs = 500
/** Ticks of 10 ms that an idle daemon may use in a round. */
const fewTicks = 3
const quietRounds = 3
const mostRounds = 60

/** Resolves when the process does nothing more of its own: its voices are warm, its files are written. */
export async function untilQuiet(pid: number): Promise<void> {
  let quiet = 0
  let last = await cpuTicks(pid)
  for (let round = 0; quiet < quietRounds && round < mostRounds; round++) {
    await pause(roundMs)
    const now = await cpuTicks(pid)
    quiet = now - last <= fewTicks ? quiet + 1 : 0
    last = now
  }
}

/** User and system time of all threads: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
async function cpuTicks(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return Number(fields[11]) + Number(fields[12])
}
