import { Flags } from '@oclif/core'
import { databaseFlags, databaseWanted } from '../database/database-flags.ts'
import { jsonFlag } from '../json-flag.ts'
import { PortariaCommand } from '../portaria-command.ts'
import { listenForStop } from '../stop-signals.ts'

export default class ListenTest extends PortariaCommand {
  static override summary = 'See what the database tells: each notification, and how long it took'
  static override description = [
    'Says first what table, triggers and privileges lack, with the SQL that mends it. Then prints each notification:',
    'channel, pid of the sender, action, latency, and the payload below it. At the end, counts and latencies of each',
    'channel. The latency is - where the payload has no "time", as those of databases in the field.',
    '',
    '--simulate inserts, changes and deletes a ramal of its own (teste-…, condomínio 999999999, free ports), and ends',
    'when it was told of all three. A daemon that runs serves that ramal for a moment.',
    '',
    'Exit code 0 (also by Ctrl-C), 1: --simulate was not told all three, or the database does not answer.',
  ].join('\n')
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --simulate',
    '<%= config.bin %> <%= command.id %> --channel my_channel --count 10 --timeout 60 --json',
  ]
  static override flags = {
    channel: Flags.string({
      description: 'listen to this channel; may be repeated (default: that of the ramais)',
      helpValue: 'C',
      multiple: true,
      multipleNonGreedy: true,
    }),
    all: Flags.boolean({ description: 'listen to all channels that Portaria listens to' }),
    simulate: Flags.boolean({
      description: 'cause the notifications too, and check that they come',
    }),
    count: Flags.integer({ description: 'end after N notifications', helpValue: 'N', min: 1 }),
    timeout: Flags.integer({
      description:
        'end after S seconds; with --simulate, wait so long for each change (default 10)',
      helpValue: 'S',
      min: 1,
      max: 2_000_000,
    }),
    ...databaseFlags,
    json: jsonFlag(),
  }

  /** A closed pipe must not leave the ramal of a simulation behind. */
  protected override readonly endsWithOutput = false

  async run(): Promise<void> {
    const { flags } = await this.parse(ListenTest)
    const [{ findDatabase }, { listenTest }, { createTextReport }, { createJsonReport }] =
      await Promise.all([
        import('../database/find-database.ts'),
        import('../listen-test/listen-test.ts'),
        import('../listen-test/text-report.ts'),
        import('../listen-test/json-report.ts'),
      ])
    const stop = new AbortController()
    using signals = listenForStop(() => process.exit(130))
    void signals.first.then(() => stop.abort(new Error('interrupted')))
    process.stdout.once('error', () => stop.abort(new Error('nobody reads')))
    const done = await listenTest({
      found: await findDatabase(databaseWanted(flags)),
      channels: flags.channel ?? [],
      all: flags.all,
      simulate: flags.simulate,
      count: flags.count,
      timeoutMs: flags.timeout === undefined ? undefined : flags.timeout * 1_000,
      report: flags.json
        ? createJsonReport((document) => this.printJson(document))
        : createTextReport((line) => this.print(line)),
      signal: stop.signal,
    })
    process.exitCode = done ? 0 : 1
  }
}
