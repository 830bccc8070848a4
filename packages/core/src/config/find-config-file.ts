import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { ConfigError } from '../errors.ts'

const names = ['portaria.config.ts', 'portaria.config.js', 'portaria.config.json'] as const

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

/** The configuration file of a folder, or null. Throws ConfigError when there are several. */
export async function findConfigFile(folder: string): Promise<string | null> {
  const there = await Promise.all(names.map((name) => exists(join(folder, name))))
  const found = names.filter((_, index) => there[index])
  if (found.length > 1) {
    throw new ConfigError(
      `${folder} has ${found.join(' and ')}: keep one of them, or name one with --config`,
    )
  }
  return found[0] === undefined ? null : join(folder, found[0])
}
