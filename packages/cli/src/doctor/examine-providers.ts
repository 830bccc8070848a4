import type { ProviderStatus } from '@portaria/core/status'
import { createDaemonApi } from '../daemon/daemon-api.ts'
import { runningPlace } from '../daemon/find-daemon.ts'
import { type Finding, fine, type Patient } from './finding.ts'

const flags = { stt: '--stt', tts: '--tts', dialogue: '--ai' } as const

function findingOf(provider: ProviderStatus, all: readonly ProviderStatus[]): Finding | null {
  const { kind, provider: name, state, since, last_error } = provider
  if (state === 'up' && last_error === null) return null
  const others = all.filter((each) => each.kind === kind && each.state === 'up')
  const why = last_error === null ? '' : `: ${last_error.message}`
  return {
    subject: `${kind} ${name}`,
    state: state === 'down' && others.length === 0 ? 'broken' : 'warning',
    message:
      state === 'down'
        ? `down since ${since}${why}`
        : `it failed when it was last asked, at ${last_error?.at}${why}`,
    remedy: `portaria providers test ${flags[kind]} ${name}`,
  }
}

/** How the voices, recognisers and dialogues of a running daemon do. */
export async function examineProviders({ running }: Patient): Promise<readonly Finding[]> {
  if (running === null) return []
  const api = createDaemonApi(runningPlace(running))
  const { providerHealth } = await api.status(new AbortController().signal)
  const findings = providerHealth.flatMap((each) => findingOf(each, providerHealth) ?? [])
  if (findings.length > 0 || providerHealth.length === 0) return findings
  const names = providerHealth.map(({ kind, provider }) => `${kind} ${provider}`).join(', ')
  return [fine('providers', `${names}: none is down`)]
}
