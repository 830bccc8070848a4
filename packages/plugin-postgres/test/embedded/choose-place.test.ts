import type { Log } from '@portaria/core/log'
import { silentLog } from '@portaria/core/log'
import { chmod, cp, lstat, mkdir, readlink, realpath, rm, stat, symlink } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { choosePlace } from '../../src/embedded/choose-place.ts'
import { createCluster } from '../../src/embedded/create-cluster.ts'
import { findPrograms } from '../../src/embedded/programs.ts'
import { dataFolder } from './embedded.ts'

const { signal } = new AbortController()
const isRoot = userInfo().uid === 0

/** A home of root that is closed to others, and a folder of the system. */
async function closedHome(folder: string) {
  const home = join(folder, 'root')
  const dataDir = join(home, 'clone/data')
  await mkdir(dataDir, { recursive: true })
  await chmod(home, 0o700)
  return { home, dataDir, elsewhere: join(folder, 'var-lib') }
}

describe.skipIf(!isRoot)('the place of root’s database', { timeout: 60_000 }, () => {
  it('is the data folder where PostgreSQL’s user can come in', async () => {
    await using folder = await dataFolder()
    const place = await choosePlace({ dataDir: folder.path, log: silentLog, signal })
    expect(place).toMatchObject({
      cluster: join(folder.path, 'postgres'),
      link: join(folder.path, 'postgres'),
      exists: false,
    })
    expect(place.runAs.uid).toBeGreaterThan(0)
  })

  it('is elsewhere for a closed home, said aloud, and found by a link ever after', async () => {
    await using folder = await dataFolder()
    const { dataDir, elsewhere } = await closedHome(folder.path)
    const said: string[] = []
    const log: Log = { ...silentLog, warn: (_, message) => void said.push(message) }
    const place = await choosePlace({ dataDir, elsewhere, log, signal })
    expect(place.cluster.startsWith(elsewhere)).toBe(true)
    expect(said).toEqual([expect.stringContaining(`the database lies in ${place.cluster}`)])
    await createCluster(place, { password: 'a-password-of-the-test', signal })
    expect(await readlink(join(dataDir, 'postgres'))).toBe(place.cluster)
    expect((await stat(place.cluster)).mode & 0o777).toBe(0o700)

    await chmod(join(folder.path, 'root'), 0o755)
    const later = await choosePlace({ dataDir, log: silentLog, signal })
    expect(later).toMatchObject({ cluster: place.cluster, exists: true, runAs: place.runAs })
  })

  it('gets a copy of the programs where those are in a closed home', async () => {
    await using folder = await dataFolder()
    const { home, dataDir, elsewhere } = await closedHome(folder.path)
    const { folder: whole, version } = await findPrograms()
    const programs = { folder: join(home, 'programs'), version }
    await cp(whole, programs.folder, { recursive: true, verbatimSymlinks: true })
    const place = await choosePlace({ dataDir, elsewhere, programs, log: silentLog, signal })
    expect(place.postgres).toBe(
      join(await realpath(elsewhere), `postgresql-${version}/bin/postgres`),
    )
    await createCluster(place, { password: 'a-password-of-the-test', signal })
    expect((await lstat(join(dataDir, 'postgres'))).isSymbolicLink()).toBe(true)
  })

  it('says what to do when its link leads nowhere, or it lies there without a link', async () => {
    await using folder = await dataFolder()
    const { dataDir, elsewhere } = await closedHome(folder.path)
    const link = join(dataDir, 'postgres')
    await symlink(join(elsewhere, 'gone'), link)
    const choose = () => choosePlace({ dataDir, elsewhere, log: silentLog, signal })
    await expect(choose()).rejects.toThrow(/is a link to a folder that is not there/)
    await rm(link)
    const { cluster } = await choose()
    await mkdir(cluster)
    await expect(choose()).rejects.toThrow(`ln -s ${cluster} ${link}`)
  })
})
