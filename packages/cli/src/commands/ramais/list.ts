import { daemonFlags, openDaemon } from '../../daemon/daemon-flags.ts'
import { jsonFlag } from '../../json-flag.ts'
import { PortariaCommand } from '../../portaria-command.ts'
import { screenWidth } from '../../screen-width.ts'

export default class RamaisList extends PortariaCommand {
  static override summary = 'List the ramais of the running daemon'
  static override description = [
    'Each with its ports (visitor/resident), its condomínio, since when it has its status, and its calls',
    'now/today; below it why it is not as its row wishes. Then where ramais come from, and the alarms.',
    'ativo: served. deslocado: served at other ports. recusado: its ports cannot be had. invalido: its row',
    'is no ramal. retido: served though its row is gone. removendo: its calls finish.',
  ].join('\n')
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json | jq -r \'.ramais[] | select(.status != "ativo") | .ramal_ia\'',
  ]
  static override flags = { ...daemonFlags, json: jsonFlag() }

  async run(): Promise<void> {
    const { flags } = await this.parse(RamaisList)
    const { api, signal } = await openDaemon(flags)
    const { ramais, source, alarms } = await api.status(signal)
    if (flags.json) return this.printJson({ ramais, source, alarms })
    const { ramaisTable } = await import('../../ramais/ramais-table.ts')
    const page = { width: screenWidth(), now: new Date() }
    for (const line of ramaisTable({ ramais, source, alarms }, page)) this.print(line)
  }
}
