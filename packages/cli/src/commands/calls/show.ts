import { Args } from '@oclif/core'
import { callPage } from '../../calls/call-page.ts'
import { findCall, whichCall } from '../../calls/find-call.ts'
import { daemonFlags, openDaemon } from '../../daemon/daemon-flags.ts'
import { jsonFlag } from '../../json-flag.ts'
import { PortariaCommand } from '../../portaria-command.ts'
import { screenWidth } from '../../screen-width.ts'

export default class CallsShow extends PortariaCommand {
  static override summary = 'Show one call: where its time went, who served, and what was said'
  static override description = [
    'Live calls and those of the last hour come from the daemon. What is older comes from the history in the',
    'database, which keeps the times of the first 30 turns, but no names and no words.',
  ].join('\n')
  static override examples = [
    '<%= config.bin %> <%= command.id %> 7d0c7f5e',
    "<%= config.bin %> <%= command.id %> 7d0c7f5e --json | jq '.call.turns[].audible_ms'",
  ]
  static override args = { call: Args.string({ description: whichCall, required: true }) }
  static override flags = { ...daemonFlags, json: jsonFlag() }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(CallsShow)
    const { api, signal } = await openDaemon(flags)
    const found = await findCall(api, args.call, signal)
    if (flags.json) this.printJson(found)
    else for (const line of callPage(found, { width: screenWidth() })) this.print(line)
  }
}
