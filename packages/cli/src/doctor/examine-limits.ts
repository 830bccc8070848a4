import { readFile } from 'node:fs/promises'
import { type Finding, fine, type Patient } from './finding.ts'

/** Files of the daemon itself: logs, caches, connections to the database. */
const ownFiles = 100

/** Portaria's first release: a clock before that is one that was never set. */
const earliest = Date.parse('2025-01-01T00:00:00Z')

async function fileLimit(pid: number): Promise<number | null> {
  let text: string
  try {
    text = await readFile(`/proc/${pid}/limits`, 'utf8')
  } catch {
    // No Linux, or another user's process.
    return null
  }
  const [, soft] = /^Max open files +(\d+)/m.exec(text) ?? []
  return soft === undefined ? null : Number(soft)
}

async function examineFiles({ running, ramais }: Patient): Promise<Finding> {
  const subject = 'open files'
  const limit = await fileLimit(running?.pid ?? process.pid)
  if (limit === null) return fine(subject, 'the limit is not known here')
  const listeners = 2 * Math.max(1, ramais.length) + ownFiles
  // Both legs of one call on each ramal at a time.
  const busy = listeners + 2 * Math.max(1, ramais.length)
  const message = `${limit} may be open; ${ramais.length} ramais need ${listeners}, with a call on each ${busy}`
  if (limit >= busy) return fine(subject, message)
  const state = limit < listeners ? 'broken' : 'warning'
  const remedy = 'LimitNOFILE=65536 in the systemd unit, or ulimit -n 65536 before portaria serve'
  return { subject, state, message, remedy }
}

function examineClock(): Finding {
  const now = new Date()
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  if (now.getTime() >= earliest) {
    return fine('clock', `${now.toISOString()}, days begin at midnight of ${zone}`)
  }
  return {
    subject: 'clock',
    state: 'broken',
    message: `the clock says ${now.toISOString()}, which is past`,
    remedy: 'set it, and keep it by NTP (timedatectl set-ntp true)',
  }
}

/** What the system allows, and the time it has. */
export async function examineLimits(patient: Patient): Promise<readonly Finding[]> {
  return [await examineFiles(patient), examineClock()]
}
