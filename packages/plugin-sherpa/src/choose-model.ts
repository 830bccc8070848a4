import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf, type PluginContext, ProviderError } from '@portaria/core/plugin'
import type { EngineConfig } from './messages.ts'
import { catalogue } from './models/catalogue.ts'
import { findModel } from './models/find-model.ts'
import type { ModelCard } from './models/model-card.ts'
import { modelFiles, type ModelKind } from './models/model-files.ts'
import type { SherpaOptions } from './options.ts'
import { supervise, type Supervisor } from './supervise.ts'

export type ChosenModel = {
  readonly kind: ModelKind
  readonly card: ModelCard | null
  /** Starts the process that loads it. */
  supervise(childUrl: URL): Supervisor
}

/**
 * A model of the options, by name or folder. Throws a ProviderError that is not retryable and says what to do, so that a
 * daemon without the model goes on with the other providers that it was given.
 */
export function chooseModel(
  name: string,
  o: SherpaOptions & { role: 'hear' | 'speak' },
  context: PluginContext,
): ChosenModel {
  const modelsDir = o.modelsDir ?? join(context.dataDir, 'models')
  const config = (): EngineConfig & { card: ModelCard | null } => {
    try {
      const { folder, card } = findModel(name, modelsDir)
      const known = card === null || card.kind === 'vad' ? null : card.kind
      const kind = (o.role === 'hear' ? o.kind : undefined) ?? known
      return {
        card,
        model: modelFiles(folder, kind),
        threads: o.threads,
        vad: o.vad === undefined ? null : vadFile(o.vad, modelsDir),
        hotwords: o.hotwords,
        hotwordsScore: o.hotwordsScore,
        language: o.voiceLanguages[0] ?? 'pt',
      }
    } catch (error) {
      throw new ProviderError('sherpa', `sherpa: ${messageOf(error)}`, { cause: error })
    }
  }
  const { model, card } = config()
  const speaks = model.kind === 'piper' || model.kind === 'kokoro'
  if (speaks !== (o.role === 'speak')) {
    const [is, option] = speaks ? ['a voice', 'model'] : ['a recogniser', 'voice']
    throw new ProviderError(
      'sherpa',
      `sherpa: ${name} is ${is}: plugins.sherpa.${option} needs another`,
    )
  }
  return {
    kind: model.kind,
    card,
    supervise: (childUrl) =>
      supervise({
        childUrl,
        config,
        what: `the model ${name}`,
        mend: mendOf(name),
        limits: o.limits,
        log: context.log,
        signal: context.signal,
      }),
  }
}

function mendOf(name: string): string {
  const pulled = catalogue.some((entry) => entry.name === name)
  return pulled
    ? `If its files are damaged: portaria models pull ${name} --force`
    : 'Put its files there again, or name a model of portaria models list'
}

/** A file, or the folder or name of a model with one in it. */
function vadFile(name: string, modelsDir: string): string {
  if (name.endsWith('.onnx')) {
    statSync(name)
    return name
  }
  const { folder } = findModel(name, modelsDir)
  const file = readdirSync(folder).find((each) => each.endsWith('.onnx'))
  if (file !== undefined) return join(folder, file)
  throw new Error(`${folder} has no *.onnx: set plugins.sherpa.vad to Silero's model`)
}
