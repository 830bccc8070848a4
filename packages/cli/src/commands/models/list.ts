import { jsonFlag } from '../../json-flag.ts'
import { modelsFlags } from '../../models/models-flags.ts'
import { PortariaCommand } from '../../portaria-command.ts'

export default class ModelsList extends PortariaCommand {
  static override summary = 'List the models for offline speech: which there are, which are here'
  static override description =
    'For plugins.sherpa: model (what hears), vad and voice. Licences are as the publishers state them.'
  static override examples = ['<%= config.bin %> <%= command.id %>']
  static override flags = { ...modelsFlags, json: jsonFlag() }

  async run(): Promise<void> {
    const { flags } = await this.parse(ModelsList)
    const [{ findModels }, { catalogueLines }, { catalogue, installedModels }] = await Promise.all([
      import('../../models/find-models.ts'),
      import('../../models/model-lines.ts'),
      import('@portaria/plugin-sherpa/models'),
    ])
    const { modelsDir } = await findModels({ flags, folder: process.cwd(), env: process.env })
    const here = installedModels(modelsDir)
    const models = catalogue.map((entry) => ({ ...entry, pulled: here.includes(entry.name) }))
    const others = here.filter((name) => !catalogue.some((entry) => entry.name === name))
    if (flags.json) return this.printJson({ modelsDir, models, others })
    for (const each of models)
      for (const line of catalogueLines(each, each.pulled)) this.print(line)
    for (const name of others) this.print(`${name.padEnd(18)} your own`)
    this.print(`in ${modelsDir}`)
  }
}
