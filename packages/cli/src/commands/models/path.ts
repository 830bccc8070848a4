import { Args } from '@oclif/core'
import { jsonFlag } from '../../json-flag.ts'
import { modelsFlags } from '../../models/models-flags.ts'
import { PortariaCommand } from '../../portaria-command.ts'

export default class ModelsPath extends PortariaCommand {
  static override summary = 'Print the folder of a model that is here, and nothing else'
  static override examples = ['ls -l "$(<%= config.bin %> <%= command.id %> whisper-base)"']
  static override args = {
    model: Args.string({ description: 'a name of portaria models list', required: true }),
  }
  static override flags = { ...modelsFlags, json: jsonFlag() }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ModelsPath)
    const [{ findModels }, { findModel }] = await Promise.all([
      import('../../models/find-models.ts'),
      import('@portaria/plugin-sherpa/models'),
    ])
    const { modelsDir } = await findModels({ flags, folder: process.cwd(), env: process.env })
    const { folder, card } = findModel(args.model, modelsDir)
    if (flags.json) this.printJson({ folder, card })
    else this.print(folder)
  }
}
