import { messageOf } from '../errors.ts'
import type { Ramal } from './ramal.ts'

export function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : null
}

/** Why a port of a ramal could not be opened, and how to mend that. */
export function portRefusal(
  error: unknown,
  o: { ramal: Ramal; host: string; port: number },
): string {
  const where = `ramal ${o.ramal.ramal_ia}: port ${o.port} on ${o.host}`
  switch (codeOf(error)) {
    case 'EACCES':
      return `${where} needs privileges: give the ramal a port above 1023`
    case 'EADDRNOTAVAIL':
      return `${where}: this machine has no such address: set AUDIOSOCKET_BIND to one that it has`
    case 'EMFILE':
    case 'ENFILE':
      return `${where}: too many files are open: raise the limit (ulimit -n, LimitNOFILE) to two for each ramal and each call`
    default:
      return `${where} cannot be opened: ${messageOf(error)}`
  }
}
