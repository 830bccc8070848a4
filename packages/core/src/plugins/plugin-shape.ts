import { ConfigError } from '../errors.ts'
import type { Plugin, ProviderKind } from '../plugin.ts'

/**
 * Every kind of provider, with what its value must have: `f` a function, `b` a boolean, `t` a text,
 * `l` a list.
 */
const members: Readonly<Record<ProviderKind, Readonly<Record<string, 'f' | 'b' | 't' | 'l'>>>> = {
  stt: { open: 'f', partials: 'b', rates: 'l' },
  tts: { synthesize: 'f', cacheId: 't' },
  dialogue: { open: 'f', speculative: 'b' },
  directory: { find: 'f' },
  dialer: { dial: 'f', reports: 't' },
  handOver: { transfer: 'f' },
  ramais: { list: 'f', get: 'f', place: 't' },
}

export const providerKinds = Object.keys(members) as readonly ProviderKind[]

const words = { f: 'a function', b: 'true or false', t: 'a text', l: 'a list' }

function fits(value: unknown, kind: 'f' | 'b' | 't' | 'l'): boolean {
  switch (kind) {
    case 'f':
      return typeof value === 'function'
    case 'b':
      return typeof value === 'boolean'
    case 't':
      return typeof value === 'string' && value !== ''
    case 'l':
      return Array.isArray(value) && value.length > 0
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return (typeof value === 'object' || typeof value === 'function') && value !== null
}

/**
 * A module's default export, once or twice wrapped (CommonJS imported by an ES module), or the
 * value itself.
 */
function unwrapped(value: unknown): unknown {
  let inner = value
  for (let depth = 0; depth < 2 && isRecord(inner) && !('options' in inner); depth += 1) {
    if (!('default' in inner)) break
    inner = inner['default']
  }
  return inner
}

const remedy = 'it must `export default definePlugin({ name, options, … })` (docs/plugins.md)'

/**
 * Checks that what a plugin's module exports is a plugin. Throws ConfigError that names `asked`.
 */
export function asPlugin(value: unknown, asked: string): Plugin {
  const plugin = unwrapped(value)
  const wrong = (what: string) => new ConfigError(`plugin "${asked}" ${what}: ${remedy}`)
  if (!isRecord(plugin)) throw wrong('has no default export that is an object')
  if (typeof plugin['name'] !== 'string' || plugin['name'] === '') throw wrong('has no name')
  const standard = isRecord(plugin['options']) ? plugin['options']['~standard'] : undefined
  if (!isRecord(standard) || typeof standard['validate'] !== 'function') {
    throw wrong('has no `options` that are a Standard Schema (zod, valibot, arktype …)')
  }
  for (const kind of providerKinds) {
    if (plugin[kind] !== undefined && typeof plugin[kind] !== 'function') {
      throw wrong(`has a "${kind}" that is not a factory`)
    }
  }
  // Checked field by field above; that a factory makes what its kind promises is checked when it has run.
  return plugin as unknown as Plugin
}

/**
 * What is wrong with a provider that a factory returned; null when it has all that its kind needs.
 */
export function providerFault(kind: ProviderKind, provider: unknown): string | null {
  if (!isRecord(provider)) return 'returned nothing that could be a provider'
  const lacking = Object.entries(members[kind])
    .filter(([name, type]) => !fits(provider[name], type))
    .map(([name, type]) => `\`${name}\` (${words[type]})`)
  return lacking.length === 0 ? null : `returned a provider without ${lacking.join(' and ')}`
}
