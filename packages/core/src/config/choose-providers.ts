import type { ChosenBy, Config, Settings } from './config.ts'

type Env = Readonly<Record<string, string | undefined>>
type Choice = { readonly names: readonly string[]; readonly by: ChosenBy }
export type Chosen = Pick<Settings, 'stt' | 'tts' | 'dialogue' | 'chosenBy'>

function isGiven(env: Env, name: string): boolean {
  return (env[name] ?? '').trim() !== ''
}

function choose(written: string | readonly string[] | undefined, otherwise: Choice): Choice {
  if (written === undefined) return otherwise
  const names = typeof written === 'string' ? [written] : written
  return { names: names.filter((name) => name !== 'none'), by: 'configuration' }
}

/**
 * Who hears, speaks and talks. The configuration decides alone; where it says nothing, the variables of the system that
 * Portaria replaces do, with the offline voice and the rules behind them. OPENAI_API_KEY, which many machines have,
 * chooses nobody.
 */
export function chooseProviders({ env, config }: { env: Env; config: Config }): Chosen {
  const azure = isGiven(env, 'AZURE_SPEECH_KEY')
  const server = isGiven(env, 'AI_API_URL')
  const stt = choose(
    config.stt,
    azure ? { names: ['azure'], by: 'AZURE_SPEECH_KEY' } : { names: [], by: 'default' },
  )
  const tts = choose(
    config.tts,
    azure
      ? { names: ['azure', 'espeak'], by: 'AZURE_SPEECH_KEY' }
      : { names: ['espeak'], by: 'default' },
  )
  const dialogue = choose(
    config.dialogue,
    server
      ? { names: ['ai-http', 'rules'], by: 'AI_API_URL' }
      : { names: ['rules'], by: 'default' },
  )
  return {
    stt: stt.names,
    tts: tts.names,
    dialogue: dialogue.names,
    chosenBy: { stt: stt.by, tts: tts.by, dialogue: dialogue.by },
  }
}

/** Why a provider is in use, for people. */
export function whyChosen(
  kind: keyof Settings['chosenBy'],
  name: string,
  settings: Pick<Settings, keyof Chosen>,
): string {
  const [first = ''] = settings[kind]
  const by = settings.chosenBy[kind]
  const why = by === 'default' || by === 'configuration' ? by : `${by} is set`
  return name === first ? why : `stands in for ${first}`
}
