import { definePlugin, type PluginContext, type RamalStore } from '@portaria/core/plugin'
import { targetOf } from './connection/target.ts'
import { startOrRetry } from './embedded/start-or-retry.ts'
import { type Options, options } from './options.ts'
import { createRamalStore } from './store/ramal-store.ts'

/** Ramais, condomínios and history in PostgreSQL: somebody's, or one of our own. */
export default definePlugin({ name: 'postgres', options, ramais: createRamais })

/** Rejects with a ConfigError for options that name no database; never because somebody's database is down. */
async function createRamais(given: Options, context: PluginContext): Promise<RamalStore> {
  const { log, signal, dataDir } = context
  const { channel, pollSeconds } = given
  if (!given.embedded) {
    const target = await targetOf(given, log)
    return createRamalStore({ target, channel, pollSeconds, log, signal })
  }
  const server = await startOrRetry({ dataDir, log, signal })
  try {
    const target = await targetOf(options.parse({ url: server.url, ssl: false }), log)
    const store = createRamalStore({ target, channel, pollSeconds, log, signal })
    return {
      ...store,
      place: server.place,
      async [Symbol.asyncDispose]() {
        await store[Symbol.asyncDispose]()
        await server[Symbol.asyncDispose]()
      },
    }
  } catch (error) {
    await server[Symbol.asyncDispose]()
    throw error
  }
}
