import { Args } from '@oclif/core'
import { daemonFlags, openDaemon } from '../../daemon/daemon-flags.ts'
import { jsonFlag } from '../../json-flag.ts'
import { PortariaCommand } from '../../portaria-command.ts'
import { findRamal, whichRamal } from '../../ramais/find-ramal.ts'
import { ramalPage } from '../../ramais/ramal-page.ts'

export default class RamaisShow extends PortariaCommand {
  static override summary = 'Show all that is known of one ramal'
  static override examples = [
    '<%= config.bin %> <%= command.id %> 1003',
    '<%= config.bin %> <%= command.id %> id:7 --json',
  ]
  static override args = { ramal: Args.string({ description: whichRamal, required: true }) }
  static override flags = { ...daemonFlags, json: jsonFlag() }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(RamaisShow)
    const { api, signal } = await openDaemon(flags)
    const { ramais } = await api.status(signal)
    const ramal = findRamal(ramais, args.ramal)
    if (flags.json) this.printJson(ramal)
    else for (const line of ramalPage(ramal)) this.print(line)
  }
}
