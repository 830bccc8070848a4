import { readFile } from 'node:fs/promises'
import { type IncomingMessage, request as overHttp } from 'node:http'
import { request as overHttps, type RequestOptions } from 'node:https'
import { X509Certificate } from 'node:crypto'
import { checkServerIdentity, getCACertificates } from 'node:tls'
import { ConfigError, messageOf } from '@portaria/core/errors'

/** How the certificate of a daemon is judged: by the authorities of the system, one more, or the very file that it serves. */
export type Trust =
  | { readonly type: 'system' }
  | { readonly type: 'authority'; readonly file: string }
  | { readonly type: 'own'; readonly file: string }

async function readPem(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new ConfigError(
      `cannot read the certificate ${file}: ${messageOf(error)}. Correct --ca, or make the file readable`,
      { cause: error },
    )
  }
}

/** A daemon of this machine is known by its file, whatever name is in it: it is reached by an address. */
function ownCertificate(pem: string): RequestOptions {
  const leaf = new X509Certificate(pem)
  return {
    ca: pem,
    allowPartialTrustChain: true,
    checkServerIdentity: (host, peer) =>
      peer.fingerprint256 === leaf.fingerprint256 ? undefined : checkServerIdentity(host, peer),
  }
}

async function tlsOptions(trust: Trust): Promise<RequestOptions> {
  if (trust.type === 'system') return {}
  const pem = await readPem(trust.file)
  if (trust.type === 'own') return ownCertificate(pem)
  return { ca: [...getCACertificates('default'), pem] }
}

/** One request; resolves with the answer's head, its body still to be read. Rejects with what Node says. */
export async function httpRequest(o: {
  url: URL
  method: string
  headers: Readonly<Record<string, string>>
  body: string | null
  trust: Trust
  signal: AbortSignal
}): Promise<IncomingMessage> {
  const { url, method, signal } = o
  const secure = url.protocol === 'https:'
  const tls = secure ? await tlsOptions(o.trust) : {}
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const length = o.body === null ? {} : { 'content-length': String(Buffer.byteLength(o.body)) }
  const options = { method, signal, agent: false, headers: { ...o.headers, ...length }, ...tls }
  const sent = secure ? overHttps(url, options) : overHttp(url, options)
  sent.on('response', resolve).on('error', reject)
  sent.end(o.body ?? undefined)
  return promise
}
