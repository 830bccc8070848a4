import { databaseFlags, databaseWanted } from '../../database/database-flags.ts'
import { jsonFlag } from '../../json-flag.ts'
import { PortariaCommand } from '../../portaria-command.ts'

export default class DbCheck extends PortariaCommand {
  static override summary = 'Say what the database lacks, with the SQL that mends it'
  static override description = [
    'Table, triggers, privileges and history. Only reads the catalog. Exit code 1: something is missing without which',
    'ramais are not live.',
  ].join('\n')
  static override examples = ['<%= config.bin %> <%= command.id %>']
  static override flags = { ...databaseFlags, json: jsonFlag() }

  async run(): Promise<void> {
    const { flags } = await this.parse(DbCheck)
    const [{ findDatabase }, { withClient }, { inspectSchema }, { findingLines }] =
      await Promise.all([
        import('../../database/find-database.ts'),
        import('../../database/with-client.ts'),
        import('@portaria/plugin-postgres/schema/inspect-schema'),
        import('../../database/finding-lines.ts'),
      ])
    const { target, channel } = await findDatabase(databaseWanted(flags))
    const findings = await withClient(target, (client) => inspectSchema(client, { channel }))
    const missing = findings.filter(({ state }) => state === 'missing').length
    if (flags.json) this.printJson({ database: target.place, channel, findings })
    else {
      for (const line of findingLines(findings)) this.print(line)
      if (missing > 0) this.print('\nMost of this can be mended by: portaria db migrate')
    }
    process.exitCode = missing > 0 ? 1 : 0
  }
}
