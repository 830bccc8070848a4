import { settingsFlags } from '../settings-flags.ts'
import type { DatabaseWanted } from './find-database.ts'

/** How every command that goes to the database is told which. */
export const databaseFlags = {
  'data-dir': settingsFlags['data-dir'],
  config: settingsFlags.config,
  ramais: settingsFlags.ramais,
}

/** The database that these flags mean, seen from where the command was typed. */
export function databaseWanted(flags: {
  readonly [K in keyof typeof databaseFlags]: string | undefined
}): DatabaseWanted {
  const { config, ramais } = flags
  const dataDir = flags['data-dir']
  return { config, dataDir, ramais, folder: process.cwd(), env: process.env }
}
