import { BlockList, isIP, isIPv6 } from 'node:net'
import { ConfigError } from '../errors.ts'

/** Which addresses may connect. */
export interface AllowList {
  allows(address: string): boolean
}

/**
 * From CIDRs and single addresses, IPv4 and IPv6; an IPv4 address written the IPv6 way (`::ffff:10.0.0.1`)
 * is the IPv4 address. An empty list allows nobody.
 */
export function createAllowList(cidrs: readonly string[]): AllowList {
  const list = new BlockList()
  for (const cidr of cidrs) addCidr(list, cidr)
  return {
    allows(address) {
      const plain = plainAddress(address)
      return isIP(plain) !== 0 && list.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4')
    },
  }
}

function addCidr(list: BlockList, cidr: string): void {
  const [written = '', prefixText, more] = cidr.trim().split('/')
  const address = plainAddress(written)
  const version = isIP(address)
  if (version === 0 || written.includes('%') || more !== undefined) throw badCidr(cidr)
  const bits = version === 4 ? 32 : 128
  const prefix = prefixText === undefined ? bits : prefixBits(prefixText, isIP(written) - version)
  if (prefix === null || prefix < 0 || prefix > bits) throw badCidr(cidr)
  list.addSubnet(address, prefix, version === 4 ? 'ipv4' : 'ipv6')
}

/** `mapped` is 2 where an IPv4 network is written the IPv6 way: its first 96 bits are the prefix of the mapping. */
function prefixBits(text: string, mapped: number): number | null {
  if (!/^\d{1,3}$/.test(text)) return null
  return Number(text) - (mapped === 2 ? 96 : 0)
}

function badCidr(cidr: string): ConfigError {
  return new ConfigError(
    `"${cidr}" in the list of addresses that may connect (allow) is no address and no network: ` +
      'write 192.168.1.10, 192.168.1.0/24, 2001:db8::1 or 2001:db8::/32.',
  )
}

const mappedPrefix = /^::ffff:(?=\d{1,3}\.)/i

/** An IPv4 peer of a socket that listens on `::` as the IPv4 address that it is. */
export function plainAddress(address: string): string {
  return address.replace(mappedPrefix, '')
}

/** One per daemon: bounds the connections that have not shown a UUID, per address and in all. */
export interface Admission {
  /**
   * A connection came in. When there are too many, the oldest one has to go: `evict` is called. A flood from
   * Asterisk's own address so never keeps a call out, whose UUID comes with its first segment.
   * Returns the way to leave.
   */
  enter(address: string, evict: () => void): () => void
  /** Connections that are waiting for their UUID. */
  readonly waiting: number
}

type Waiting = { readonly address: string; readonly evict: () => void }

export function createAdmission(
  o: {
    /** Default 64. */
    maxWithoutUuidPerAddress?: number
    /** Default 1,024. */
    maxWithoutUuid?: number
  } = {},
): Admission {
  const maxPerAddress = o.maxWithoutUuidPerAddress ?? 64
  const max = o.maxWithoutUuid ?? 1_024
  const all = new Set<Waiting>()
  const byAddress = new Map<string, Set<Waiting>>()

  function leave(entry: Waiting): void {
    if (!all.delete(entry)) return
    const same = byAddress.get(entry.address)
    same?.delete(entry)
    if (same?.size === 0) byAddress.delete(entry.address)
  }

  function evictOldest(entries: ReadonlySet<Waiting>): void {
    for (const oldest of entries) {
      leave(oldest)
      oldest.evict()
      return
    }
  }

  return {
    enter(written, evict) {
      const address = plainAddress(written)
      const same = byAddress.get(address)
      if (same !== undefined && same.size >= maxPerAddress) evictOldest(same)
      if (all.size >= max) evictOldest(all)
      const entry: Waiting = { address, evict }
      all.add(entry)
      const entries = byAddress.get(address) ?? new Set<Waiting>()
      byAddress.set(address, entries.add(entry))
      return () => leave(entry)
    },
    get waiting() {
      return all.size
    },
  }
}
