import { expect, test } from 'vitest'
import { localAddress } from '../../src/ramais/local-address.ts'

const common = { netmask: '', mac: '', internal: false, cidr: null }
const interfaces = {
  eth0: [
    { ...common, address: '192.168.7.2', family: 'IPv4' as const },
    { ...common, address: 'fe80::1', family: 'IPv6' as const, scopeid: 2 },
  ],
}

test.each([
  ['0.0.0.0', '0.0.0.0'],
  ['::', '::'],
  ['127.0.0.1', '127.0.0.1'],
  ['127.0.0.9', '127.0.0.9'],
  ['::1', '::1'],
  ['localhost', '127.0.0.1'],
  ['192.168.7.2', '192.168.7.2'],
  ['fe80:0:0:0:0:0:0:1', 'fe80:0:0:0:0:0:0:1'],
  ['203.0.113.9', '0.0.0.0'],
  ['2001:db8::9', '0.0.0.0'],
  ['pbx.example.org', '0.0.0.0'],
])('a ramal at %s is listened for at %s', (ip, host) => {
  expect(localAddress(ip, { bind: null, interfaces })).toBe(host)
})

test('AUDIOSOCKET_BIND goes before every ip_servidor', () => {
  expect(localAddress('192.168.7.2', { bind: '10.1.1.1', interfaces })).toBe('10.1.1.1')
})
