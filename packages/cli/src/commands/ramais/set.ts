import { Args } from '@oclif/core'
import { ConfigError } from '@portaria/core/errors'
import { daemonFlags, openDaemon } from '../../daemon/daemon-flags.ts'
import { jsonFlag } from '../../json-flag.ts'
import { PortariaCommand } from '../../portaria-command.ts'
import { findRamal, whichRamal } from '../../ramais/find-ramal.ts'
import { ramalLine } from '../../ramais/ramal-page.ts'
import { rowBody, rowFlags } from '../../ramais/row-flags.ts'
import { servedRamal } from '../../ramais/served-ramal.ts'

export default class RamaisSet extends PortariaCommand {
  static override summary = 'Change fields of a ramal; its live calls go on'
  static override examples = [
    '<%= config.bin %> <%= command.id %> 1003 --porta 8094 --porta-retorno 8095',
    '<%= config.bin %> <%= command.id %> id:7 --ramal 1005',
  ]
  static override args = { ramal: Args.string({ description: whichRamal, required: true }) }
  static override flags = { ...rowFlags, ...daemonFlags, json: jsonFlag() }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(RamaisSet)
    const body = rowBody(flags)
    if (Object.keys(body).length === 0) {
      const known = Object.keys(rowFlags).map((flag) => `--${flag}`)
      throw new ConfigError(`nothing to change: give one or more of ${known.join(', ')}`)
    }
    const { api, signal } = await openDaemon(flags)
    const { id } = findRamal((await api.status(signal)).ramais, args.ramal)
    await api.send({ method: 'PATCH', path: `/api/extensions/${id}`, body, signal })
    const ramal = await servedRamal(api, id, signal)
    if (flags.json) this.printJson({ id, ramal })
    else this.print(ramal === null ? `changed the row ${id}` : `changed ${ramalLine(ramal)}`)
  }
}
