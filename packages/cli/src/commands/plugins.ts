import { jsonFlag } from '../json-flag.ts'
import type { ListedPlugin } from '../list-plugins.ts'
import { PortariaCommand } from '../portaria-command.ts'
import { settingsFlags, settingsFlagsOf } from '../settings-flags.ts'

export default class Plugins extends PortariaCommand {
  static override summary = 'List plugins: what they provide, versions, which are active, and why'
  static override description =
    'Reads the same settings as `serve` would here, and loads the plugins that they name.'
  static override flags = { json: jsonFlag(), ...settingsFlags }

  async run(): Promise<void> {
    const { flags } = await this.parse(Plugins)
    const { listPlugins } = await import('../list-plugins.ts')
    const plugins = await listPlugins({
      flags: settingsFlagsOf(flags),
      folder: process.cwd(),
      env: process.env,
    })
    if (flags.json) this.printJson({ plugins })
    else for (const each of plugins) this.print(lineOf(each))
  }
}

function lineOf(o: ListedPlugin): string {
  const uses = o.active.map((kind) => `${kind} (${o.why[kind] ?? ''})`)
  const active = uses.length > 0 ? `active: ${uses.join(', ')}` : 'not active'
  return `${o.name} ${o.version ?? '(no version)'}  provides ${o.provides.join(', ')}  ${active}`
}
