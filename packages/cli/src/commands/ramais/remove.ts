import { createInterface } from 'node:readline/promises'
import { Args, Flags } from '@oclif/core'
import { ConfigError } from '@portaria/core/errors'
import { daemonFlags, openDaemon } from '../../daemon/daemon-flags.ts'
import { jsonFlag } from '../../json-flag.ts'
import { PortariaCommand } from '../../portaria-command.ts'
import { findRamal, whichRamal } from '../../ramais/find-ramal.ts'
import { ramalLine } from '../../ramais/ramal-page.ts'

export default class RamaisRemove extends PortariaCommand {
  static override summary = 'Remove a ramal: its row goes, its live calls finish or are hung up'
  static override description = [
    'RAMAL_REMOVAL says what becomes of live calls: drain (default) or hangup.',
    'Asks first; a script must say --yes. Exit code 1: nothing was removed.',
  ].join('\n')
  static override examples = [
    '<%= config.bin %> <%= command.id %> 1003',
    '<%= config.bin %> <%= command.id %> id:7 --yes --json',
  ]
  static override args = { ramal: Args.string({ description: whichRamal, required: true }) }
  static override flags = {
    yes: Flags.boolean({ char: 'y', description: 'do not ask' }),
    ...daemonFlags,
    json: jsonFlag(),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(RamaisRemove)
    const { api, signal } = await openDaemon(flags)
    const ramal = findRamal((await api.status(signal)).ramais, args.ramal)
    const { id, calls } = ramal
    if (!flags.yes) {
      const live = calls === 0 ? '' : ` It has ${calls} live call(s).`
      if (!(await agrees(`Remove ${ramalLine(ramal)}?${live} [y/N] `))) {
        if (flags.json) this.printJson({ removed: null })
        else this.print('nothing was removed')
        process.exitCode = 1
        return
      }
    }
    await api.send({ method: 'DELETE', path: `/api/extensions/${id}`, signal })
    if (flags.json) this.printJson({ removed: id })
    else this.print(`removed ${ramalLine(ramal)}`)
  }
}

/** Asks a person at a terminal; throws ConfigError when there is none. */
async function agrees(question: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new ConfigError('remove asks first, and nobody is at a terminal: say --yes')
  }
  const asking = createInterface({ input: process.stdin, output: process.stderr })
  // Ctrl-C at the question means no, and ends the command as anywhere else.
  asking.on('SIGINT', () => process.exit(130))
  try {
    return /^(y|yes|s|sim)$/i.test((await asking.question(question)).trim())
  } finally {
    asking.close()
  }
}
