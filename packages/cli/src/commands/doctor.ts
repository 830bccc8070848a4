import { jsonFlag } from '../json-flag.ts'
import { PortariaCommand } from '../portaria-command.ts'
import { printable } from '../printable.ts'
import { settingsFlags, settingsFlagsOf } from '../settings-flags.ts'

const marks = { ok: 'ok', warning: 'warning', broken: 'BROKEN' } as const

export default class Doctor extends PortariaCommand {
  static override summary = 'Look for what keeps the doorman from working, and say how to mend it'
  static override description = [
    'Ports, database, triggers, privileges, disk, environment, plugins, clock and limits, with the settings that',
    'serve would have here; of a running daemon too. Run it as the daemon’s user.',
    'Exit code 0: nothing is broken (there may be warnings), 1: something is.',
  ].join('\n')
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --data-dir /var/lib/portaria --json',
  ]
  static override flags = { ...settingsFlags, json: jsonFlag() }

  async run(): Promise<void> {
    const { flags } = await this.parse(Doctor)
    const { examine } = await import('../doctor/examine.ts')
    const findings = await examine({
      flags: settingsFlagsOf(flags),
      folder: process.cwd(),
      env: process.env,
    })
    const broken = findings.filter(({ state }) => state === 'broken').length
    if (flags.json) this.printJson({ findings })
    else {
      for (const { state, subject, message, remedy } of findings) {
        this.print(`${marks[state].padEnd(8)} ${printable(`${subject}: ${message}`)}`)
        if (remedy !== null) this.print(`         -> ${printable(remedy)}`)
      }
      const warnings = findings.filter(({ state }) => state === 'warning').length
      this.print(`\n${broken} broken, ${warnings} warnings`)
    }
    process.exitCode = broken > 0 ? 1 : 0
  }
}
