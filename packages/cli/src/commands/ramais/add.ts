import { daemonFlags, openDaemon } from '../../daemon/daemon-flags.ts'
import { jsonFlag } from '../../json-flag.ts'
import { PortariaCommand } from '../../portaria-command.ts'
import { ramalLine } from '../../ramais/ramal-page.ts'
import { newRowBody, rowFlags } from '../../ramais/row-flags.ts'
import { changedId, servedRamal } from '../../ramais/served-ramal.ts'

export default class RamaisAdd extends PortariaCommand {
  static override summary = 'Add a ramal: a row of the table, which answers at once'
  static override description =
    'Says how it is served. Where ramais come from a file, or the role may not write, the daemon refuses and says so.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --ramal 1003 --retorno 1004 --ip 192.0.2.10 --porta 8090 --porta-retorno 8091 --condominio 1',
  ]
  static override flags = { ...rowFlags, ...daemonFlags, json: jsonFlag() }

  async run(): Promise<void> {
    const { flags } = await this.parse(RamaisAdd)
    const body = newRowBody(flags)
    const { api, signal } = await openDaemon(flags)
    const id = changedId(await api.send({ method: 'POST', path: '/api/extensions', body, signal }))
    const ramal = await servedRamal(api, id, signal)
    if (flags.json) this.printJson({ id, ramal })
    else this.print(ramal === null ? `added the row ${id}` : `added ${ramalLine(ramal)}`)
  }
}
