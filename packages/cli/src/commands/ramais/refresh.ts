import { Flags } from '@oclif/core'
import { daemonFlags, openDaemon } from '../../daemon/daemon-flags.ts'
import { isRecord } from '../../is-record.ts'
import { jsonFlag } from '../../json-flag.ts'
import { PortariaCommand } from '../../portaria-command.ts'

const counts = ['added', 'updated', 'removed', 'held', 'total_active'] as const

export default class RamaisRefresh extends PortariaCommand {
  static override summary = 'Read all ramais again and apply what changed'
  static override description = [
    'The daemon hears of changes by itself; this is for a file, and for ramais that it holds: when many rows vanish',
    'at once it goes on serving them (retido), until --accept-removals says that they were meant to go.',
  ].join('\n')
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --accept-removals',
  ]
  static override flags = {
    'accept-removals': Flags.boolean({ description: 'let go of the ramais that are held' }),
    ...daemonFlags,
    json: jsonFlag(),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(RamaisRefresh)
    const { api, signal } = await openDaemon(flags)
    const body = { accept_removals: flags['accept-removals'] }
    const answer = await api.send({ method: 'POST', path: '/api/refresh', body, signal })
    const stats = isRecord(answer) && isRecord(answer['stats']) ? answer['stats'] : {}
    if (flags.json) return this.printJson(stats)
    const told = counts.flatMap((key) =>
      typeof stats[key] === 'number' ? [`${stats[key]} ${key.replace('_', ' ')}`] : [],
    )
    this.print(told.join(', '))
    if (Number(stats['held']) > 0) {
      this.print('held ramais go with: portaria ramais refresh --accept-removals')
    }
  }
}
