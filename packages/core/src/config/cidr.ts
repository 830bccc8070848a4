import { isIP } from 'node:net'

/** Whether `text` is an address or a network: `192.0.2.7`, `10.0.0.0/8`, `2001:db8::/32`. */
export function isCidr(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/')
  const family = isIP(address)
  if (family === 0 || rest.length > 0 || address.includes('%')) return false
  if (prefix === undefined) return true
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 6 ? 128 : 32)
}
