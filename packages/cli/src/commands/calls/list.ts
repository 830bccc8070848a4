import { Flags } from '@oclif/core'
import { daemonFlags, openDaemon } from '../../daemon/daemon-flags.ts'
import { isRecord } from '../../is-record.ts'
import { jsonFlag } from '../../json-flag.ts'
import { PortariaCommand } from '../../portaria-command.ts'
import { screenWidth } from '../../screen-width.ts'

export default class CallsList extends PortariaCommand {
  static override summary = 'List live calls and those of the last hour'
  static override description =
    'Newest first, with how many turns each took, and the ms of the slowest reply.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --ramal 1000',
    "<%= config.bin %> <%= command.id %> --json | jq -r '.calls[] | select(any(.turns[]; .audible_ms > 2000)) | .call_id'",
  ]
  static override flags = {
    ...daemonFlags,
    json: jsonFlag(),
    limit: Flags.integer({ description: 'how many', default: 30, min: 1, max: 1_000 }),
    ramal: Flags.string({ description: 'of this ramal only', helpValue: 'NUMBER' }),
    state: Flags.string({
      description: 'greeting, collecting, ringing, deciding, finishing or ended',
      helpValue: 'STATE',
    }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(CallsList)
    const { api, signal } = await openDaemon(flags)
    const { limit, ramal, state } = flags
    const query = new URLSearchParams({
      limit: String(limit),
      ...(ramal === undefined ? {} : { ramal }),
      ...(state === undefined ? {} : { state }),
    })
    const answer = await api.get(`/api/calls?${query.toString()}`, signal)
    const [{ callsIn, parseCall }, { callsTable }] = await Promise.all([
      import('../../calls/parse-call.ts'),
      import('../../calls/calls-table.ts'),
    ])
    const calls = callsIn(answer, parseCall)
    const told = isRecord(answer) ? answer['total'] : null
    const total = typeof told === 'number' ? told : calls.length
    if (flags.json) return this.printJson({ total, calls })
    const page = { width: screenWidth(), now: new Date() }
    for (const line of callsTable({ calls, total }, page)) this.print(line)
  }
}
