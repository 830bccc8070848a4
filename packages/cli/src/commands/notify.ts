import { Args } from '@oclif/core'
import { databaseFlags, databaseWanted } from '../database/database-flags.ts'
import { jsonFlag } from '../json-flag.ts'
import { PortariaCommand } from '../portaria-command.ts'

export default class Notify extends PortariaCommand {
  static override summary = 'Send a notification through the database'
  static override description = [
    'At most 7,999 bytes, which is what PostgreSQL takes. The payload - reads standard input, without its last line end.',
    'Whoever listens to the channel hears it: a daemon takes it for a hint to read the row that it names.',
  ].join('\n')
  static override examples = [
    `<%= config.bin %> <%= command.id %> change_record_extension_ia '{"action":"UPDATE","data":{"extension_ia_id":3}}'`,
    '<%= config.bin %> <%= command.id %> my_channel - < payload.json',
  ]
  static override args = {
    channel: Args.string({ description: 'channel to notify', required: true }),
    payload: Args.string({ description: 'text, or - for standard input', required: true }),
  }
  static override flags = { ...databaseFlags, json: jsonFlag() }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Notify)
    const [{ findDatabase }, { withClient }, { checkedChannel }, payloads, { printable }] =
      await Promise.all([
        import('../database/find-database.ts'),
        import('../database/with-client.ts'),
        import('../listen-test/checked-channel.ts'),
        import('../listen-test/checked-payload.ts'),
        import('../printable.ts'),
      ])
    const channel = checkedChannel(args.channel)
    const payload =
      args.payload === '-'
        ? await payloads.payloadFrom(process.stdin)
        : payloads.checkedPayload(args.payload)
    const { target } = await findDatabase(databaseWanted(flags))
    await withClient(target, (client) =>
      client.query('SELECT pg_notify($1, $2)', [channel, payload]),
    )
    const bytes = Buffer.byteLength(payload)
    if (flags.json) this.printJson({ channel, bytes })
    else this.print(`notified ${printable(channel)}: ${bytes} bytes`)
  }
}
