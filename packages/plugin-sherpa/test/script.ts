import type { EngineConfig } from '../src/messages.ts'

/** What the scripted child does. It travels where a real configuration has a file. */
export type Script = {
  /** What is understood of any sound. */
  say: string
  hintsAsText?: boolean
  fault?:
    | 'unfit'
    | 'abort at load'
    | 'hang at load'
    | 'abort in a turn'
    | 'hang in a turn'
    | 'abort in a sentence'
    | 'never ends'
    | 'silent'
    | 'slow'
    | 'fail'
}

export function scripted(script: Script): EngineConfig {
  const tokens = JSON.stringify(script)
  const model = { kind: 'whisper', encoder: '', decoder: '', tokens } as const
  return { model, threads: 1, vad: null, hotwords: [], hotwordsScore: 1.5, language: 'pt' }
}

export function scriptOf({ model }: EngineConfig): Script {
  return JSON.parse(model.tokens) as Script
}
