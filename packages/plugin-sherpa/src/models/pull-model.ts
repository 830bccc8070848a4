import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import process from 'node:process'
import { ConfigError, messageOf } from '@portaria/core/plugin'
import { bunzip2 } from './bunzip2.ts'
import { catalogue, type CatalogueEntry } from './catalogue.ts'
import { publishedChecksum, sha256Of } from './checksums.ts'
import { download, type DownloadOptions, placeOf } from './download.ts'
import { type ModelCard, readModelCard, writeModelCard } from './model-card.ts'
import { modelFiles } from './model-files.ts'
import { untar } from './untar.ts'

export type PullOptions = {
  readonly name: string
  readonly modelsDir: string
  readonly baseUrl: string
  /** What the download must be, by the user's word. */
  readonly sha256?: string
  /** Again, though it is there. */
  readonly force?: boolean
  readonly signal: AbortSignal
  readonly limits?: Pick<DownloadOptions, 'stallMs' | 'pauseMs'>
  readonly onProgress?: DownloadOptions['onProgress']
}

export type Pulled = {
  readonly folder: string
  readonly card: ModelCard
  /** It was there already. */
  readonly already: boolean
}

/**
 * Fetches a model of the catalogue into its own folder in `modelsDir`: download (resumed), checksum, unpacking, a look at
 * its files, and only then its name. Nothing half done is ever found under that name. Throws ConfigError, or a retryable
 * ProviderError when the server fails.
 */
export async function pullModel(o: PullOptions): Promise<Pulled> {
  const entry = entryOf(o.name)
  const folder = join(o.modelsDir, entry.name)
  const before = readModelCard(folder)
  if (existsSync(folder) && o.force !== true) {
    if (before !== null) return { folder, card: before, already: true }
    throw new ConfigError(`${folder} was not pulled by this command: --force replaces it`)
  }
  const work = join(o.modelsDir, '.pulling', entry.name)
  makeFolder(work)
  using _lock = lockFolder(work)
  const url = urlOf(entry, o.baseUrl)
  const { expected, checkedBy } = await expectation(url, o)
  const file = join(work, basename(entry.file))
  await download({
    ...o.limits,
    url,
    file,
    signal: o.signal,
    ...(o.onProgress && { onProgress: o.onProgress }),
  })
  const sha256 = await sha256Of(file, o.signal)
  const wanted = expected ?? before?.sha256 ?? sha256
  if (sha256 !== wanted) {
    rmSync(file, { force: true })
    throw new ConfigError(mismatch({ url, sha256, wanted, checkedBy }))
  }
  const fresh = join(work, 'unpacked')
  rmSync(fresh, { recursive: true, force: true })
  mkdirSync(fresh)
  await unpack(file, fresh)
  const { name, kind, languages } = entry
  if (kind !== 'vad') modelFiles(fresh, kind)
  const card: ModelCard = {
    name,
    kind,
    languages: [...languages],
    from: placeOf(url),
    sha256,
    checkedBy,
  }
  writeModelCard(fresh, card)
  rmSync(folder, { recursive: true, force: true })
  renameSync(fresh, folder)
  rmSync(file, { force: true })
  return { folder, card, already: false }
}

function entryOf(name: string): CatalogueEntry {
  const entry = catalogue.find((each) => each.name === name)
  if (entry !== undefined) return entry
  const known = catalogue.map((each) => each.name).join(', ')
  throw new ConfigError(
    `there is no model ${JSON.stringify(name)} in the catalogue. Known: ${known}`,
  )
}

function urlOf(entry: CatalogueEntry, baseUrl: string): string {
  const base = URL.canParse(baseUrl) ? new URL(baseUrl) : null
  if (base === null || !/^https?:$/u.test(base.protocol) || base.username !== '') {
    throw new ConfigError(
      'the base URL of models must be one such as https://models.example.org/sherpa, without a password ' +
        '(--url, PORTARIA_MODELS_URL, plugins.sherpa.modelsUrl)',
    )
  }
  return `${base.origin}${base.pathname.replace(/\/+$/u, '')}/${entry.file}${base.search}`
}

async function expectation(
  url: string,
  o: PullOptions,
): Promise<{ expected: string | null; checkedBy: ModelCard['checkedBy'] }> {
  if (o.sha256 !== undefined) {
    const given = o.sha256.trim().toLowerCase()
    if (!/^[0-9a-f]{64}$/u.test(given))
      throw new ConfigError('--sha256 must be 64 hexadecimal digits')
    return { expected: given, checkedBy: 'given' }
  }
  const published = await publishedChecksum(url, o.signal)
  return { expected: published, checkedBy: published === null ? 'first use' : 'checksum.txt' }
}

function mismatch(o: { url: string; sha256: string; wanted: string; checkedBy: string }): string {
  const whose = {
    given: '--sha256 says',
    'checksum.txt': "the server's checksum.txt says",
    'first use': 'the first download was',
  }[o.checkedBy]
  const mend = 'It was thrown away. Pull it again; if it stays so, ask whoever runs the server'
  return `${placeOf(o.url)} is ${o.sha256}, but ${whose} ${o.wanted}. ${mend}`
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true })
  } catch (error) {
    throw new ConfigError(
      `cannot make ${folder}: ${messageOf(error)}. Name a folder that this user may write with --models-dir`,
      { cause: error },
    )
  }
}

/** One pull of a model at a time; one that was killed does not stand in the way. */
function lockFolder(folder: string): Disposable {
  const path = join(folder, 'lock')
  const take = (): boolean => {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx' })
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
      throw error
    }
  }
  if (!take()) {
    if (isRunning(Number(readFileSync(path, 'utf8')))) {
      throw new ConfigError(`${folder} is being pulled by another process: wait for it`)
    }
    rmSync(path, { force: true })
    if (!take()) throw new ConfigError(`${folder} is being pulled by another process: wait for it`)
  }
  return { [Symbol.dispose]: () => rmSync(path, { force: true }) }
}

function isRunning(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0 || pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function unpack(file: string, folder: string): Promise<void> {
  if (file.endsWith('.tar.bz2')) {
    const from = openSync(file, 'r')
    try {
      await untar(
        bunzip2((into) => readSync(from, into)),
        folder,
      )
    } finally {
      closeSync(from)
    }
  } else copyFileSync(file, join(folder, basename(file)))
}
