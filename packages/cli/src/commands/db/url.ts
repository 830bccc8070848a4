import { databaseFlags, databaseWanted } from '../../database/database-flags.ts'
import { jsonFlag } from '../../json-flag.ts'
import { PortariaCommand } from '../../portaria-command.ts'

export default class DbUrl extends PortariaCommand {
  static override summary = 'Print the address of the database, password included, and nothing else'
  static override description = [
    'Of the embedded database while its daemon runs, or of the one that the settings name. Whoever has it may do',
    'there what Portaria may.',
  ].join('\n')
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    'psql "$(<%= config.bin %> <%= command.id %> --data-dir /var/lib/portaria)"',
  ]
  static override flags = { ...databaseFlags, json: jsonFlag() }

  async run(): Promise<void> {
    const { flags } = await this.parse(DbUrl)
    const { findDatabase } = await import('../../database/find-database.ts')
    const { url } = (await findDatabase(databaseWanted(flags))).target
    if (flags.json) this.printJson({ url })
    else this.print(url)
  }
}
