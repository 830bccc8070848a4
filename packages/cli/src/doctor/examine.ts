import { join, resolve } from 'node:path'
import type { SettingsFlags } from '@portaria/core/config/settings-from'
import { isConfigError } from '@portaria/core/errors'
import { silentLog } from '@portaria/core/log'
import { loadPlugin } from '@portaria/core/plugins/load-plugin'
import { createFileStore } from '@portaria/core/ramais/file-store'
import { parseRamal } from '@portaria/core/ramais/parse-ramal'
import type { Ramal } from '@portaria/core/ramais/ramal'
import { listPlugins } from '../list-plugins.ts'
import { loadSettings } from '../load-settings.ts'
import { createResolve, pluginFolders } from '../resolve-plugin.ts'
import { findRunning } from '../run-file.ts'
import { examineCertificate } from './examine-certificate.ts'
import { examineDatabase } from './examine-database.ts'
import { examineEnvironment } from './examine-environment.ts'
import { examineFolders } from './examine-folders.ts'
import { examineLimits } from './examine-limits.ts'
import { examinePorts } from './examine-ports.ts'
import { examineProviders } from './examine-providers.ts'
import { type Finding, fine, type Patient } from './finding.ts'

export type ExamineOptions = {
  readonly flags: SettingsFlags & { config?: string | undefined }
  /** Working directory. */
  readonly folder: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/** A ConfigError says the remedy itself. */
function cannot(subject: string, error: unknown): Finding {
  if (!isConfigError(error)) throw error
  return { subject, state: 'broken', message: error.message, remedy: null }
}

async function examinePlugins(
  { loaded, settings }: Patient,
  o: ExamineOptions,
): Promise<readonly Finding[]> {
  const checks = {
    settings,
    resolve: createResolve(pluginFolders(loaded.folder)),
    log: silentLog,
    signal: new AbortController().signal,
    dataDir: settings.dataDir,
  }
  const findings: Finding[] = []
  for (const { name, version, active } of await listPlugins(o)) {
    if (active.length === 0) continue
    try {
      // A store's options are checked with its database.
      if (!active.includes('ramais')) await loadPlugin(name, checks)
      const uses = active.join(' and ')
      findings.push(fine('plugin', `${name} ${version ?? ''} loads and is the ${uses}`))
    } catch (error) {
      findings.push(cannot('plugin', error))
    }
  }
  return findings
}

async function ramaisIn(dataDir: string): Promise<readonly Ramal[]> {
  const rows = await createFileStore(join(dataDir, 'ramais_config.json')).list({
    signal: new AbortController().signal,
  })
  return rows.map(parseRamal).flatMap((parsed) => ('ramal' in parsed ? [parsed.ramal] : []))
}

/** Each examination for itself: what one cannot see is a finding, and keeps no other from looking. */
async function examineAll(
  patient: Patient,
  o: ExamineOptions,
): Promise<readonly (readonly Finding[])[]> {
  const examinations: readonly [string, () => Promise<readonly Finding[]>][] = [
    ['environment', () => examineEnvironment(patient)],
    ['folders', () => examineFolders(patient)],
    ['ports', () => examinePorts(patient)],
    ['HTTPS', () => examineCertificate(patient)],
    ['database', () => examineDatabase(patient)],
    ['plugins', () => examinePlugins(patient, o)],
    ['providers', () => examineProviders(patient)],
    ['limits', () => examineLimits(patient)],
  ]
  const all: (readonly Finding[])[] = []
  for (const [subject, look] of examinations) {
    all.push(await look().catch((error: unknown) => [cannot(subject, error)]))
  }
  return all
}

/** Looks at everything that `portaria serve` would need with these settings, or has while it runs. */
export async function examine(o: ExamineOptions): Promise<readonly Finding[]> {
  const { folder, env } = o
  let patient: Patient
  const unread: Finding[] = []
  try {
    const loaded = await loadSettings(o)
    const { settings } = loaded
    const dataDir = resolve(folder, settings.dataDir)
    const running = await findRunning(dataDir)
    const ramais = await ramaisIn(dataDir).catch((error: unknown) => {
      unread.push(cannot('ramais', error))
      return []
    })
    patient = { loaded, settings, folder, env, running, ramais }
  } catch (error) {
    return [cannot('settings', error)]
  }
  return [...unread, ...(await examineAll(patient, o)).flat()]
}
