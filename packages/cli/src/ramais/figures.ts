import type { RamalStatus } from '@portaria/core/status'

/** `8080/8081`, the visitor's port first. */
export function portsOf(ramal: RamalStatus): string {
  return `${ramal.porta_ia}/${ramal.porta_retorno}`
}

/** The ports that the row wishes, when others are served; null when they are the same. */
export function wishedPorts(ramal: RamalStatus): string | null {
  const { porta_ia_desejada, porta_retorno_desejada, status } = ramal
  if (status !== 'deslocado') return null
  return `${porta_ia_desejada}/${porta_retorno_desejada ?? 'any'}`
}

/** The time of today, the date of any other day. */
export function shortTime(iso: string, now: Date): string {
  const at = new Date(iso)
  if (Number.isNaN(at.getTime())) return '-'
  if (at.toDateString() === now.toDateString()) {
    return at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
  }
  const year = at.getFullYear() === now.getFullYear() ? {} : ({ year: 'numeric' } as const)
  return at.toLocaleDateString('en-GB', { day: '2-digit', month: 'short', ...year })
}

/** `31.2 s`, or `-` where there is none yet. */
export function seconds(ms: number | null): string {
  return ms === null ? '-' : `${(ms / 1000).toFixed(1)} s`
}
