import { isIP } from 'node:net'
import { isLoopback } from '../config/loopback.ts'
import { ApiError } from './api-error.ts'

type Headers = { host?: string | undefined; origin?: string | undefined }

/** `example.org`, `127.0.0.1` or `::1` of a Host header or an authority; null when it is none. */
function hostNameOf(authority: string): string | null {
  const bracketed = /^\[([^\]]+)\](:\d*)?$/.exec(authority)
  const plain = /^([^:[\]/?#@]+)(:\d*)?$/.exec(authority)
  const name = bracketed?.[1] ?? plain?.[1]
  return name === undefined ? null : name.toLowerCase().replace(/\.$/, '')
}

/**
 * `Host` must be this machine's name: a page whose name was pointed at 127.0.0.1 (DNS rebinding) sends its own.
 * `bound` is the address that the server listens at. Not needed where a token is: such a page does not have it.
 */
export function refuseForeignHost({ host }: Headers, bound: string): void {
  // Only HTTP/1.0 comes without one, and no browser speaks that.
  if (host === undefined) return
  const name = hostNameOf(host)
  const everywhere = bound === '0.0.0.0' || bound === '::'
  const known =
    name !== null && (isLoopback(name) || name === bound || (everywhere && isIP(name) !== 0))
  if (!known) throw new ApiError(403, 'Host não permitido: use o endereço deste servidor')
}

/** `Origin`, which a browser sends for a page, must be this server itself. */
export function refuseForeignOrigin({ host, origin }: Headers, protocol: 'http:' | 'https:'): void {
  if (origin === undefined) return
  if (origin.toLowerCase() !== `${protocol}//${(host ?? '').toLowerCase()}`) {
    throw new ApiError(403, 'Origem não permitida')
  }
}
