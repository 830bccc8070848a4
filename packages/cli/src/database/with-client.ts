import { isConfigError } from '@portaria/core/errors'
import { createConnector } from '@portaria/plugin-postgres/connection/connector'
import { createDatabase } from '@portaria/plugin-postgres/connection/database'
import { explain } from '@portaria/plugin-postgres/connection/explain'
import type { Target } from '@portaria/plugin-postgres/connection/target'
import type { MigrateOptions } from '@portaria/plugin-postgres/schema/migrate'
import { warningsLog } from './warnings-log.ts'

type Client = MigrateOptions['client']

/** Runs `work` on one connection and closes it. Rejects with a ConfigError or a ProviderError that says what to mend. */
export async function withClient<T>(
  target: Target,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const connector = createConnector(target)
  await using database = createDatabase({ connector, log: warningsLog })
  const client = await connector.open(() => database.pool.connect())
  // A connection that ends fails the query that waits on it.
  client.on('error', () => undefined)
  try {
    return await work(client)
  } catch (error) {
    throw isConfigError(error) ? error : explain(error, target)
  } finally {
    client.release(true)
  }
}
