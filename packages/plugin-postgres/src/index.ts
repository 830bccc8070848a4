import { definePlugin, type PluginContext, type RamalStore } from '@portaria/core/plugin'
import { targetOf } from './connection/target.ts'
import { type Options, options } from './options.ts'
import { createRamalStore } from './store/ramal-store.ts'

/** Ramais, condomínios and history in PostgreSQL: somebody's, or one of our own. */
export default definePlugin({
  name: 'postgres',
  options,
  ramais: createRamais,
})

/** Rejects with a ConfigError for options that name no database; never because a database is down. */
async function createRamais(given: Options, context: PluginContext): Promise<RamalStore> {
  const { log, signal } = context
  const { channel, pollSeconds } = given
  const target = await targetOf(given, log)
  return createRamalStore({ target, channel, pollSeconds, log, signal })
}
