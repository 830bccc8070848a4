import { BlockList, isIPv6 } from 'node:net'

/**
 * How far a request may reach. `any`: the operator wrote the address. `private`: the operator lists the origin, but
 * somebody else named it. `public`: nobody vouches for it.
 */
export type Reach = 'any' | 'private' | 'public'

type Range = readonly [net: string, prefix: number, family: 'ipv4' | 'ipv6']

/** Link-local, metadata services and what is no host: nobody but the operator may name them. */
const neverRanges: readonly Range[] = [
  ['0.0.0.0', 8, 'ipv4'],
  ['100.100.100.200', 32, 'ipv4'],
  ['168.63.129.16', 32, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['192.0.0.0', 24, 'ipv4'],
  ['224.0.0.0', 3, 'ipv4'],
  ['fe80::', 10, 'ipv6'],
  ['fd00:ec2::', 32, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
  ['::', 128, 'ipv6'],
]

/** The rest of IANA's special-purpose registries for IPv4; of IPv6 only 2000::/3 is public (RFC 4291). */
const privateRanges: readonly Range[] = [
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.0.2.0', 24, 'ipv4'],
  ['192.88.99.0', 24, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'],
  ['198.51.100.0', 24, 'ipv4'],
  ['203.0.113.0', 24, 'ipv4'],
  ['2001::', 23, 'ipv6'],
  ['2001:db8::', 32, 'ipv6'],
  ['2002::', 16, 'ipv6'],
  ['3fff::', 20, 'ipv6'],
]

function listOf(ranges: readonly Range[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) list.addSubnet(...range)
  return list
}

const never = listOf(neverRanges)
const inside = listOf(privateRanges)
const publicV6 = listOf([['2000::', 3, 'ipv6']])
/** IPv6 addresses that carry one of IPv4: mapped, compatible, NAT64. */
const carriesV4 = listOf([
  ['::ffff:0:0', 96, 'ipv6'],
  ['::', 96, 'ipv6'],
  ['64:ff9b::', 96, 'ipv6'],
])

/** Whether a request of that reach may connect to the address. */
export function isWithinReach(address: string, reach: Reach): boolean {
  if (reach === 'any') return true
  const family = isIPv6(address) ? 'ipv6' : 'ipv4'
  if (never.check(address, family)) return false
  if (family === 'ipv6' && carriesV4.check(address, family)) {
    // The loopback is no IPv4 address in disguise; the others are not worth a guess.
    return reach === 'private' && address === '::1'
  }
  if (reach === 'private') return true
  return !inside.check(address, family) && (family === 'ipv4' || publicV6.check(address, family))
}
