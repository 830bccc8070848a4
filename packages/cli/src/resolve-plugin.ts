import { existsSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { isAbsolute, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ConfigError, messageOf } from '@portaria/core/errors'
import { importPlugin } from './import-plugin.ts'
import { isMissingModule } from './is-missing-module.ts'

/**
 * The URL that a module of `folder` would get for `specifier`, or null when there is none.
 * import.meta.resolve takes no other parent, hence the hook around one single call.
 */
function resolveFrom(folder: string, specifier: string): string | null {
  const parentURL = pathToFileURL(join(folder, 'plugins')).href
  const hooks = registerHooks({
    resolve: (name, context, next) =>
      next(name, name === specifier ? { ...context, parentURL } : context),
  })
  try {
    return import.meta.resolve(specifier)
  } catch (error) {
    if (isMissingModule(error)) return null
    throw new ConfigError(
      `plugin ${specifier} (looked for in ${folder}) cannot be resolved: ${messageOf(error)}. Install it again, or ask its author`,
      { cause: error },
    )
  } finally {
    hooks.deregister()
  }
}

function isPath(name: string): boolean {
  return name.startsWith('./') || name.startsWith('../') || isAbsolute(name)
}

/** What a plugin's short name may mean, the likeliest first. */
function packagesFor(name: string): readonly string[] {
  if (name.startsWith('@') || name.includes('/')) return [name]
  return [`@portaria/plugin-${name}`, `portaria-plugin-${name}`, name]
}

/** The folders that plugins are looked for in, the configuration's first. */
export type PluginFolders = readonly [string, ...string[]]

/**
 * The URL of a plugin's module. A name is tried as `@portaria/plugin-NAME`, `portaria-plugin-NAME` and
 * `NAME`, in each folder in turn; a path is relative to the first folder. Throws ConfigError.
 */
export function locatePlugin(name: string, folders: PluginFolders): string {
  const [first] = folders
  if (isPath(name)) {
    const path = isAbsolute(name) ? name : join(first, name)
    if (existsSync(path)) return pathToFileURL(path).href
    throw new ConfigError(
      `plugin ${name} is missing: there is no ${path}. A path is relative to ${first}; correct it there`,
    )
  }
  const packages = packagesFor(name)
  for (const folder of folders) {
    for (const specifier of packages) {
      const url = resolveFrom(folder, specifier)
      if (url !== null) return url
    }
  }
  throw new ConfigError(
    `plugin ${name} is missing: tried ${packages.join(', ')} from ${folders.join(', ')}. ` +
      `Install it beside the configuration (npm install ${packages.at(-2) ?? name}), or correct the name`,
  )
}

/** How core imports plugins by name. An error inside a plugin comes through as it is. */
export function createResolve(folders: PluginFolders): (name: string) => Promise<unknown> {
  return (name) => importPlugin(locatePlugin(name, folders))
}

/** Where plugins are looked for: the configuration's folder, the CLI's own package, the workspace around it. */
export function pluginFolders(folder: string): PluginFolders {
  const own = join(import.meta.dirname, '..')
  return [folder, own, join(own, '../..')]
}
