import { access, constants, rm, stat, statfs, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { messageOf } from '@portaria/core/errors'
import { type Finding, fine, type Patient } from './finding.ts'

const mebibyte = 1_048_576
/** Logs take up to 200 MB, the spool of calls 64 MB. */
const tightBytes = 500 * mebibyte
const fullBytes = 50 * mebibyte

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}

/** Writes for real: a full disk, a quota and a read-only one refuse in different ways. */
async function tryToWrite(folder: string): Promise<void> {
  const probe = join(folder, `.portaria-doctor-${process.pid}`)
  try {
    await writeFile(probe, 'x'.repeat(4_096), { flag: 'wx', mode: 0o600 })
  } finally {
    await rm(probe, { force: true })
  }
}

async function spaceIn(subject: string, folder: string): Promise<Finding> {
  const { bavail, bsize, files, ffree } = await statfs(folder)
  const free = bavail * bsize
  const message = `${folder} can be written, ${Math.floor(free / mebibyte)} MB are free`
  const remedy = `free space on the disk of ${folder}, or choose a folder elsewhere`
  if (files > 0 && ffree === 0) {
    return { subject, state: 'broken', message: `the disk of ${folder} has no inode left`, remedy }
  }
  if (free < fullBytes) return { subject, state: 'broken', message, remedy }
  return free < tightBytes ? { subject, state: 'warning', message, remedy } : fine(subject, message)
}

async function examine(subject: string, path: string, flag: string): Promise<Finding> {
  let folder = path
  try {
    while (!(await exists(folder)) && dirname(folder) !== folder) folder = dirname(folder)
    await access(folder, constants.W_OK | constants.X_OK)
    if (folder !== path) return fine(subject, `${path} will be made`)
    await tryToWrite(folder)
    return await spaceIn(subject, folder)
  } catch (error) {
    return {
      subject,
      state: 'broken',
      message: `${path} cannot be written: ${messageOf(error)}`,
      remedy: `make it writable for the daemon's user (chown, or a disk that is not full), or choose another with ${flag}`,
    }
  }
}

/** Whether the folders of data, of logs and of calls that wait for the database can be written. */
export async function examineFolders({ settings, folder }: Patient): Promise<readonly Finding[]> {
  const dataDir = resolve(folder, settings.dataDir)
  const logDir = resolve(folder, settings.logDir)
  const findings = [
    await examine('data folder', dataDir, '--data-dir'),
    await examine('log folder', logDir, '--log-dir'),
  ]
  const spool = join(dataDir, 'spool')
  return settings.ramais === 'file'
    ? findings
    : [...findings, await examine('spool', spool, '--data-dir')]
}
