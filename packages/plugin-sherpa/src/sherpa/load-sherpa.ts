import type { EngineConfig } from '../messages.ts'
import type { Engine } from '../serve-engine.ts'
import { createStreamingEars } from './streaming-ears.ts'
import { createTurnEars } from './turn-ears.ts'
import { createMouth } from './mouth.ts'

export type Sherpa = typeof import('sherpa-onnx-node').default

/** Loads a model into this process. A corrupt one ends the process; what can be said of it before is thrown. */
export async function loadSherpa(config: EngineConfig): Promise<Engine> {
  const sherpa = await importSherpa()
  const { kind } = config.model
  if (kind === 'streaming-transducer') return createStreamingEars(sherpa, config, config.model)
  if (kind === 'transducer' || kind === 'whisper')
    return createTurnEars(sherpa, config, config.model)
  return createMouth(sherpa, config, config.model)
}

async function importSherpa(): Promise<Sherpa> {
  try {
    return (await import('sherpa-onnx-node')).default
  } catch (error) {
    const known = (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND'
    const why = known
      ? ''
      : ` (${error instanceof Error ? error.message.split('\n')[0] : String(error)})`
    throw new Error(
      `the package sherpa-onnx-node is not installed${why}: npm install sherpa-onnx-node@1.13.8 beside the configuration`,
      { cause: error },
    )
  }
}
