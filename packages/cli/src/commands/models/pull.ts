import { Args, Flags } from '@oclif/core'
import type { Progress } from '@portaria/plugin-sherpa/models'
import { jsonFlag } from '../../json-flag.ts'
import { modelsFlags } from '../../models/models-flags.ts'
import { PortariaCommand } from '../../portaria-command.ts'

export default class ModelsPull extends PortariaCommand {
  static override summary = 'Fetch a model for offline speech, checked, into the folder of models'
  static override description = [
    'Goes on where an earlier try ended. What comes must be as --sha256 says, else as the checksum.txt beside it on the',
    'server says; without either it is said aloud that nobody vouched for it. Only then it is unpacked.',
    'A mirror has the files of https://github.com/k2-fsa/sherpa-onnx/releases/download under the same names:',
    'asr-models/..., tts-models/..., and a checksum.txt in each.',
  ].join('\n')
  static override examples = [
    '<%= config.bin %> <%= command.id %> whisper-base',
    '<%= config.bin %> <%= command.id %> piper-pt-br-faber --url https://models.example.org/sherpa',
  ]
  static override args = {
    model: Args.string({ description: 'a name of portaria models list', required: true }),
  }
  static override flags = {
    url: Flags.string({
      description: 'base URL (default PORTARIA_MODELS_URL, else plugins.sherpa.modelsUrl)',
      helpValue: 'URL',
    }),
    sha256: Flags.string({ description: 'what the download must be', helpValue: 'HEX' }),
    force: Flags.boolean({ description: 'again, though it is here' }),
    ...modelsFlags,
    json: jsonFlag(),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ModelsPull)
    const [{ findModels }, { checkLine }, { pullModel }] = await Promise.all([
      import('../../models/find-models.ts'),
      import('../../models/model-lines.ts'),
      import('@portaria/plugin-sherpa/models'),
    ])
    const { modelsDir, modelsUrl } = await findModels({
      flags,
      folder: process.cwd(),
      env: process.env,
    })
    // Ctrl-C ends the process; what came is kept for the next time.
    const { signal } = new AbortController()
    const { sha256, force } = flags
    const onProgress = process.stderr.isTTY ? showProgress(args.model) : undefined
    const pulled = await pullModel({
      name: args.model,
      modelsDir,
      baseUrl: modelsUrl,
      signal,
      force,
      ...(sha256 !== undefined && { sha256 }),
      ...(onProgress !== undefined && { onProgress }),
    })
    if (flags.json) return this.printJson(pulled)
    if (pulled.already) return this.print(`${args.model} is here already: ${pulled.folder}`)
    this.print(checkLine(pulled.card))
    this.print(`in ${pulled.folder}`)
  }
}

/** One line on the terminal, drawn again with every megabyte. */
function showProgress(model: string): (progress: Progress) => void {
  let shown = -1
  return ({ bytes, total }) => {
    const megabytes = Math.floor(bytes / 1e6)
    const done = bytes === total
    if (megabytes === shown && !done) return
    shown = megabytes
    const of = total === null ? '' : ` of ${Math.ceil(total / 1e6)}`
    process.stderr.write(`\r${model}: ${megabytes}${of} MB${done ? '\n' : ''}`)
  }
}
