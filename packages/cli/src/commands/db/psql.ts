import { databaseFlags, databaseWanted } from '../../database/database-flags.ts'
import { PortariaCommand } from '../../portaria-command.ts'

export default class DbPsql extends PortariaCommand {
  static override summary = 'Open the database with the psql of this machine'
  static override description =
    'What follows -- is for psql. Its exit code is that of psql. The embedded database brings no psql of its own.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    "<%= config.bin %> <%= command.id %> -- -c 'SELECT * FROM extension_ia'",
    '<%= config.bin %> <%= command.id %> < ramais.sql',
  ]
  static override strict = false
  static override usage = 'db psql [--data-dir FOLDER] [--config FILE] [-- ARGUMENTS OF PSQL]'
  static override flags = databaseFlags

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(DbPsql)
    const [{ findDatabase }, { runPsql }] = await Promise.all([
      import('../../database/find-database.ts'),
      import('../../database/run-psql.ts'),
    ])
    const { target } = await findDatabase(databaseWanted(flags))
    process.exitCode = await runPsql(target, argv.map(String))
  }
}
