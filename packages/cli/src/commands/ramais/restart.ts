import { Args } from '@oclif/core'
import { daemonFlags, openDaemon } from '../../daemon/daemon-flags.ts'
import { jsonFlag } from '../../json-flag.ts'
import { PortariaCommand } from '../../portaria-command.ts'
import { findRamal, whichRamal } from '../../ramais/find-ramal.ts'
import { ramalLine } from '../../ramais/ramal-page.ts'
import { servedRamal } from '../../ramais/served-ramal.ts'

export default class RamaisRestart extends PortariaCommand {
  static override summary = 'Close and open the ports of a ramal; its live calls go on'
  static override examples = ['<%= config.bin %> <%= command.id %> 1003']
  static override args = { ramal: Args.string({ description: whichRamal, required: true }) }
  static override flags = { ...daemonFlags, json: jsonFlag() }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(RamaisRestart)
    const { api, signal } = await openDaemon(flags)
    const { id } = findRamal((await api.status(signal)).ramais, args.ramal)
    const body = { extension_id: id }
    await api.send({ method: 'POST', path: '/api/restart', body, signal })
    const ramal = await servedRamal(api, id, signal)
    if (flags.json) this.printJson({ id, ramal })
    else this.print(ramal === null ? `restarted the row ${id}` : `restarted ${ramalLine(ramal)}`)
  }
}
