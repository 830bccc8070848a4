import { createConnector } from '../../src/connection/connector.ts'
import { createDatabase } from '../../src/connection/database.ts'
import { targetOf } from '../../src/connection/target.ts'
import { options } from '../../src/options.ts'
import { linesOf } from './lines.ts'

/** Opens the database of these options, asks once, and closes it. */
export async function ask(
  given: Record<string, unknown>,
  text: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { log } = linesOf()
  const connector = createConnector(await targetOf(options.parse(given), log))
  await using database = createDatabase({ connector, log })
  return await database.read(text, [], { signal: new AbortController().signal })
}
