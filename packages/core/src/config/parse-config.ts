import { ConfigError } from '../errors.ts'
import { configJsonSchema, type SchemaNode } from './config-json-schema.ts'
import { configProblems } from './config-problems.ts'
import { configSchema } from './config-schema.ts'
import type { Config } from './config.ts'

function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function kindOf(value: unknown): string {
  if (value instanceof Promise) return 'a promise'
  if (Array.isArray(value)) return 'a list'
  return value === null ? 'null' : typeof value === 'object' ? 'an instance' : `a ${typeof value}`
}

/** `{ stt: undefined }` means the same as no `stt`. Options of plugins are left to the plugins. */
function withoutUndefined(value: unknown, depth = 0): unknown {
  if (!isPlainObject(value)) return value
  const kept = Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .map(([key, each]) => [
      key,
      depth === 0 && key === 'plugins' ? each : withoutUndefined(each, depth + 1),
    ])
  return Object.fromEntries(kept)
}

/** The keys that the schema knows at a path. */
function keysAt(path: readonly PropertyKey[]): readonly string[] {
  let node: SchemaNode = configJsonSchema()
  for (const key of path) {
    const others = typeof node.additionalProperties === 'object' ? node.additionalProperties : {}
    node = node.properties?.[String(key)] ?? others
  }
  return Object.keys(node.properties ?? {})
}

/**
 * Checks what a user wrote. `source` is the file's name, for the message.
 * Throws ConfigError with every problem: where it is, what is wrong, and how to mend it.
 */
export function parseConfig(value: unknown, source: string): Config {
  if (!isPlainObject(value)) {
    throw new ConfigError(
      `${source} must hold a plain object, such as { "tts": "espeak" }, not ${kindOf(value)}`,
    )
  }
  const parsed = configSchema.safeParse(withoutUndefined(value))
  if (parsed.success) return parsed.data
  const problems = configProblems(parsed.error.issues, { value, keysAt })
  const head = problems.length === 1 ? 'a mistake' : `${problems.length} mistakes`
  throw new ConfigError(`${head} in ${source}:\n${problems.map((each) => `  ${each}`).join('\n')}`)
}
