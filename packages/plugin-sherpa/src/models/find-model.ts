import { existsSync, readdirSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import { ConfigError } from '@portaria/core/plugin'
import { type ModelCard, readModelCard } from './model-card.ts'

export type FoundModel = { readonly folder: string; readonly card: ModelCard | null }

/** A name is a folder in `modelsDir`; what has a slash is a folder anywhere. Throws ConfigError, with the remedy. */
export function findModel(name: string, modelsDir: string): FoundModel {
  const elsewhere = isAbsolute(name) || name.includes('/')
  const folder = elsewhere ? resolve(name) : join(modelsDir, name)
  if (existsSync(folder)) return { folder, card: readModelCard(folder) }
  throw new ConfigError(
    elsewhere
      ? `there is no model in ${folder}: name a folder that is there, or a model of portaria models list`
      : `the model ${name} is not in ${modelsDir}: run portaria models pull ${name} (portaria models list shows more)`,
  )
}

/** The names of what lies in `modelsDir`; none when there is no such folder. */
export function installedModels(modelsDir: string): string[] {
  if (!existsSync(modelsDir)) return []
  return readdirSync(modelsDir, { withFileTypes: true })
    .filter((each) => each.isDirectory() && !each.name.startsWith('.'))
    .map(({ name }) => name)
    .toSorted()
}
