import { definePlugin, type Plugin, type Providers } from '@portaria/core/plugin'
import { z } from 'zod'

/** A plugin that gives providers which exist already. */
export function pluginOf(name: string, providers: Partial<Providers>): Plugin<unknown> {
  const factories = Object.entries(providers).map(([kind, provider]) => [kind, () => provider])
  return definePlugin({ name, options: z.unknown(), ...Object.fromEntries(factories) })
}
