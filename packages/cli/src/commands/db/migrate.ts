import { Flags } from '@oclif/core'
import { databaseFlags, databaseWanted } from '../../database/database-flags.ts'
import { jsonFlag } from '../../json-flag.ts'
import { PortariaCommand } from '../../portaria-command.ts'

export default class DbMigrate extends PortariaCommand {
  static override summary = 'Bring the database up to date: tables, triggers, history'
  static override description = [
    'Adds what is absent, and changes no row and no table that is there; may be run again, and by two at once.',
    'serve never does this to a database that is not its own. Needs a role that may create tables, and triggers on',
    'extension_ia: run it once as the owner.',
  ].join('\n')
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    'DATABASE_URL=postgres://owner@db.example.org/portaria <%= config.bin %> <%= command.id %> --constraints',
  ]
  static override flags = {
    constraints: Flags.boolean({
      description: 'also a primary key and checks of extension_ia; rows against them are named',
    }),
    ...databaseFlags,
    json: jsonFlag(),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(DbMigrate)
    const [{ findDatabase }, { withClient }, { migrate }, { warningsLog }] = await Promise.all([
      import('../../database/find-database.ts'),
      import('../../database/with-client.ts'),
      import('@portaria/plugin-postgres/schema/migrate'),
      import('../../database/warnings-log.ts'),
    ])
    const { target } = await findDatabase(databaseWanted(flags))
    const { constraints } = flags
    const done = await withClient(target, (client) =>
      migrate({ client, constraints, log: warningsLog }),
    )
    if (flags.json) return this.printJson(done)
    for (const name of done.applied) this.print(`applied ${name}`)
    if (done.applied.length === 0) this.print(`up to date: ${done.already} applied before`)
  }
}
