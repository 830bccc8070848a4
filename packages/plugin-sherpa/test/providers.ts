import type { Log } from '@portaria/core/plugin'
import { createSherpaStt } from '../src/sherpa-stt.ts'
import { createSherpaVoice } from '../src/sherpa-voice.ts'
import { supervise, type SuperviseOptions, type Supervisor } from '../src/supervise.ts'
import { type Script, scripted } from './script.ts'

export const silentLog: Log = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLog,
}

const scriptedChild = new URL('scripted-child.ts', import.meta.url)
const limits = { loadMs: 30_000, hangMs: 30_000 }

/** A supervised process with a scripted model; the script is read at each start. */
export function superviseScript(
  script: () => Script,
  o: { signal: AbortSignal } & Partial<SuperviseOptions>,
): Supervisor {
  const config = () => scripted(script())
  const rest = {
    what: 'the scripted model',
    mend: 'Mend the script',
    limits,
    log: silentLog,
    pauseMs: 1,
  }
  return supervise({ childUrl: scriptedChild, config, ...rest, ...o })
}

export function sttOf(
  supervisor: Supervisor,
  o: { finalMs?: number; languages?: string[]; log?: Log } = {},
) {
  const { finalMs = 30_000, languages = [], log = silentLog } = o
  return createSherpaStt({ supervisor, model: 'scripted', partials: true, languages, finalMs, log })
}

export function voiceOf(
  supervisor: Supervisor,
  o: { firstAudioMs?: number; languages?: string[]; log?: Log } = {},
) {
  const { firstAudioMs = 30_000, languages = [], log = silentLog } = o
  const limits = { firstAudioMs, nextAudioMs: 30_000 }
  return createSherpaVoice({ supervisor, model: 'scripted', languages, speaker: 0, limits, log })
}
