import { BlockList, isIP } from 'node:net'
import type { networkInterfaces } from 'node:os'
import { isLoopback } from '../config/loopback.ts'

type Interfaces = ReturnType<typeof networkInterfaces>

function isMine(ip: string, interfaces: Interfaces): boolean {
  const mine = new BlockList()
  for (const { address, family } of Object.values(interfaces).flatMap((each) => each ?? [])) {
    mine.addAddress(address, family === 'IPv6' ? 'ipv6' : 'ipv4')
  }
  return mine.check(ip, isIP(ip) === 6 ? 'ipv6' : 'ipv4')
}

/**
 * Where to listen for a ramal whose `ip_servidor` is `ip`: at `bind` (AUDIOSOCKET_BIND) where set,
 * at `ip` when it is this machine's, else at every address, because `ip` is then only what Asterisk
 * connects to (NAT). `interfaces` is what `os.networkInterfaces()` gives.
 */
export function localAddress(
  ip: string,
  o: { bind: string | null; interfaces: Interfaces },
): string {
  if (o.bind !== null) return o.bind
  if (ip.toLowerCase() === 'localhost') return '127.0.0.1'
  if (isIP(ip) === 0) return '0.0.0.0'
  if (ip === '0.0.0.0' || ip === '::' || isLoopback(ip)) return ip
  return isMine(ip, o.interfaces) ? ip : '0.0.0.0'
}
