import { registerHooks } from 'node:module'
import { isMissingModule } from './is-missing-module.ts'

/** What every plugin needs. `zod` is core's own: a plugin may as well bring another, or another library. */
function isLent(specifier: string): boolean {
  return specifier === '@portaria/core/plugin' || specifier === 'zod'
}

/**
 * Imports a plugin. Where its folder has no `@portaria/core` or `zod`, as for a file beside a configuration outside of
 * our checkout, it is lent ours. An error inside the plugin comes through as it is.
 */
export async function importPlugin(url: string): Promise<unknown> {
  const parentURL = import.meta.resolve('@portaria/core/plugin')
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      try {
        return next(specifier, context)
      } catch (error) {
        if (!isLent(specifier) || !isMissingModule(error)) throw error
        return next(specifier, { ...context, parentURL })
      }
    },
  })
  try {
    return (await import(url)) as unknown
  } finally {
    hooks.deregister()
  }
}
