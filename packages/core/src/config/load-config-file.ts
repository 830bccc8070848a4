import { access } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ConfigError, isConfigError, messageOf } from '../errors.ts'
import type { Config } from './config.ts'
import { parseConfig } from './parse-config.ts'
import { readJsonFile } from './read-json-file.ts'

const modules = ['.ts', '.mts', '.js', '.mjs', '.cjs']

function remedyFor(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code
  switch (code) {
    case 'ERR_MODULE_NOT_FOUND':
    case 'MODULE_NOT_FOUND':
    case 'ERR_PACKAGE_PATH_NOT_EXPORTED':
      return 'A configuration needs no package beside it: import nothing but types (`import type`), or install what it imports'
    case 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX':
      return 'Types are only erased: write it without enum, namespace and parameter properties'
    default:
      return 'Mend it there: it must be a module with `export default { … }`'
  }
}

/**
 * Node's syntax errors carry `file:line` and the line itself at the head of the stack, not in the
 * message.
 */
function placeIn(error: unknown, path: string): string {
  const stack = error instanceof Error && typeof error.stack === 'string' ? error.stack : ''
  const at = stack.indexOf(path)
  const place = at < 0 ? null : /^:\d+(:\d+)?/.exec(stack.slice(at + path.length))
  return place?.[0] ?? ''
}

async function importDefault(path: string): Promise<unknown> {
  let loaded: object
  try {
    loaded = (await import(/* @vite-ignore */ pathToFileURL(path).href)) as object
  } catch (error) {
    if (isConfigError(error)) throw error
    throw new ConfigError(
      `${path}${placeIn(error, path)} could not be loaded: ${messageOf(error)}. ${remedyFor(error)}`,
      { cause: error },
    )
  }
  if (!('default' in loaded)) {
    throw new ConfigError(
      `${path} has no default export: write \`export default { … }\`, for example \`export default { tts: 'espeak' }\``,
    )
  }
  return loaded.default
}

/**
 * Reads and checks one configuration file: JSON, or a module with a plain default export. Throws
 * ConfigError.
 */
export async function loadConfigFile(file: string): Promise<Config> {
  const path = resolve(file)
  const missing = new ConfigError(
    `there is no configuration file ${path}: create it, or change --config`,
  )
  const kind = extname(path)
  if (kind === '.json') {
    const value = await readJsonFile(path)
    if (value === undefined) throw missing
    return parseConfig(value, path)
  }
  if (!modules.includes(kind)) {
    throw new ConfigError(`${path}: a configuration file ends in .ts, .js or .json: rename it`)
  }
  await access(path).catch((error: unknown) => {
    throw new ConfigError(missing.message, { cause: error })
  })
  return parseConfig(await importDefault(path), path)
}
