import { networkInterfaces } from 'node:os'
import { localAddress } from './local-address.ts'
import type { Ramal } from './ramal.ts'

/** Where ramais are listened for, by the addresses that this machine has now. */
export interface Hosts {
  of(ramal: Ramal): string
  /** Addresses come and go: looks at them again. */
  refresh(): void
}

export function createHosts(bind: string | null): Hosts {
  let interfaces = networkInterfaces()
  const known = new Map<string, string>()
  return {
    of({ ip_servidor: ip }) {
      const host = known.get(ip) ?? localAddress(ip, { bind, interfaces })
      known.set(ip, host)
      return host
    },
    refresh() {
      interfaces = networkInterfaces()
      known.clear()
    },
  }
}
