import { ConfigError, type Log, messageOf } from '@portaria/core/plugin'
import { readFile, stat } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { type RunAs, runProgram } from './run-program.ts'

const ownName = 'portaria'

/**
 * Whom the server runs as. PostgreSQL refuses root: there it is the owner of the cluster that exists, else the user
 * `postgres` or `portaria` of this machine, else a system user `portaria` that is created and said aloud; `nobody`,
 * whom other services may share, only where none can be created. Empty: the user of this process.
 */
export async function findServerUser(o: {
  cluster: string
  log: Log
  signal: AbortSignal
}): Promise<RunAs> {
  if (userInfo().uid !== 0) return {}
  const owner = await stat(o.cluster).catch(() => null)
  if (owner !== null && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid }
  const known = (await userNamed('postgres')) ?? (await userNamed(ownName))
  if (known !== null) return known
  const created = await createUser(o)
  if (created !== null) return created
  const nobody = await userNamed('nobody')
  if (nobody !== null) return nobody
  throw new ConfigError(
    'The embedded PostgreSQL cannot run as root, and this machine has no user for it: add one' +
      ` (useradd --system ${ownName}), start Portaria as another user, or set DATABASE_URL`,
  )
}

async function userNamed(name: string): Promise<RunAs | null> {
  const users = await readFile('/etc/passwd', 'utf8').catch(() => '')
  const fields = users.split('\n').map((line) => line.split(':'))
  const [, , uid, gid] = fields.find(([first]) => first === name) ?? []
  return uid === undefined || gid === undefined ? null : { uid: Number(uid), gid: Number(gid) }
}

async function createUser(o: { log: Log; signal: AbortSignal }): Promise<RunAs | null> {
  const flags = ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin']
  try {
    await runProgram('useradd', [...flags, ownName], o)
    o.log.warn(
      { user: ownName },
      'PostgreSQL cannot run as root: the system user portaria was created to run it',
    )
    return await userNamed(ownName)
  } catch (error) {
    o.signal.throwIfAborted()
    o.log.warn(
      { err: messageOf(error) },
      'PostgreSQL cannot run as root, and no user portaria could be created: it runs as nobody',
    )
    return null
  }
}
