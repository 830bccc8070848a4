import type { Config, Settings } from '@portaria/core/config/config'
import { ConfigError } from '@portaria/core/errors'
import type { Pair } from './evaluate.ts'
import type { Case } from './parse-case.ts'

export type Asked = {
  readonly stt: string | undefined
  readonly ai: string | undefined
  /** Two names, as `a,b`. */
  readonly compare: string | undefined
  /** Of which kind those are. */
  readonly kind: 'stt' | 'ai' | undefined
}

export type Plan = {
  /** To be chosen instead of those of the configuration. */
  readonly choose: Pick<Config, 'stt' | 'dialogue'>
  /** One run, or the two of a comparison, by the settings that were chosen so. */
  runs(settings: Settings): (Pair & { name: string })[]
}

function twoNames(text: string): readonly [string, string] {
  const [one = '', other = '', ...more] = text.split(',').map((name) => name.trim())
  if (one !== '' && other !== '' && more.length === 0 && one !== other) return [one, other]
  throw new ConfigError(
    `--compare takes two different names, as --compare azure,openai; not ${text}`,
  )
}

/** Who runs the cases. Only who is needed is started. Throws ConfigError for a comparison that makes no sense. */
export function planRuns(cases: readonly Case[], asked: Asked): Plan {
  const hears = cases.some(({ wav }) => wav !== null)
  const asks = cases.some(({ expect }) => expect.facts !== undefined)
  const compared = asked.compare === undefined ? null : twoNames(asked.compare)
  const kind = asked.kind ?? (hears ? 'stt' : 'ai')
  if (compared !== null && kind === 'stt' && !hears) {
    throw new ConfigError('no line holds a "wav": recognisers have nothing to hear. Use --kind ai')
  }
  if (compared !== null && kind === 'ai' && !asks) {
    throw new ConfigError('no line expects facts: dialogues are not asked. Use --kind stt')
  }
  const ears = compared !== null && kind === 'stt' ? compared : asked.stt
  const minds = compared !== null && kind === 'ai' ? compared : asked.ai
  const pairWith = (settings: Settings, name: string | null): Pair => ({
    stt: hears ? ((kind === 'stt' ? name : null) ?? settings.stt[0] ?? null) : null,
    dialogue: asks ? ((kind === 'ai' ? name : null) ?? settings.dialogue[0] ?? null) : null,
  })
  return {
    choose: {
      ...(ears === undefined ? {} : { stt: [ears].flat() }),
      ...(minds === undefined ? {} : { dialogue: [minds].flat() }),
    },
    runs(settings) {
      if (compared !== null) return compared.map((name) => ({ name, ...pairWith(settings, name) }))
      const pair = pairWith(settings, null)
      const names = [pair.stt, pair.dialogue].filter((name) => name !== null)
      return [{ name: names.join(' + ') || 'core', ...pair }]
    },
  }
}
