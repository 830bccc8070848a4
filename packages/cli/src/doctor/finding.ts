import type { Settings } from '@portaria/core/config/config'
import type { Ramal } from '@portaria/core/ramais/ramal'
import type { LoadedSettings } from '../load-settings.ts'
import type { Running } from '../run-file.ts'

/** What the doctor found. `broken`: calls, or their decisions, suffer. `warning`: they may some day. */
export type Finding = {
  readonly subject: string
  readonly state: 'ok' | 'warning' | 'broken'
  readonly message: string
  /** What to do; null when there is nothing to mend, or the message says it. */
  readonly remedy: string | null
}

/** What the examinations are made of. */
export type Patient = {
  readonly loaded: LoadedSettings
  readonly settings: Settings
  /** Working directory. */
  readonly folder: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** The daemon of this data folder; null when none runs. */
  readonly running: Running | null
  /** Of the file, which is what was last applied where ramais come from a database. */
  readonly ramais: readonly Ramal[]
}

export function fine(subject: string, message: string): Finding {
  return { subject, state: 'ok', message, remedy: null }
}
