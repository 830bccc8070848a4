import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { TlsFiles } from '../config/config.ts'
import { ConfigError, messageOf } from '../errors.ts'
import type { Log } from '../log.ts'

/** PEM texts that belong together. */
export type TlsPair = { readonly cert: string; readonly key: string }

function attempt<T>(what: string, run: () => T): T {
  try {
    return run()
  } catch (error) {
    throw new ConfigError(`${what}: ${messageOf(error)}`, { cause: error })
  }
}

async function readPem(file: string, flag: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new ConfigError(
      `HTTPS: cannot read ${flag} ${file}: ${messageOf(error)}. Name a PEM file that this user may read`,
      { cause: error },
    )
  }
}

/**
 * Reads a certificate (with its chain) and its key. Throws a ConfigError that names the file that cannot be read, is no
 * PEM, or does not belong to the other.
 */
export async function readTlsPair(files: TlsFiles): Promise<TlsPair> {
  const cert = await readPem(files.cert, '--tls-cert')
  const key = await readPem(files.key, '--tls-key')
  const certificate = attempt(
    `HTTPS: ${files.cert} (--tls-cert) is no certificate in PEM form`,
    () => new X509Certificate(cert),
  )
  const privateKey = attempt(
    `HTTPS: ${files.key} (--tls-key) is no private key in PEM form without a passphrase`,
    () => createPrivateKey(key),
  )
  if (certificate.checkPrivateKey(privateKey)) return { cert, key }
  throw new ConfigError(
    `HTTPS: the key ${files.key} (--tls-key) does not belong to the certificate ${files.cert} (--tls-cert): name the pair that was issued together`,
  )
}

/**
 * Tells when the files hold another good pair. They are read every so often: that also sees a link that points elsewhere,
 * or a file that was replaced, as ACME clients do. A bad pair, or half of a new one, changes nothing and is said once.
 */
export function watchTlsPair(o: {
  files: TlsFiles
  current: TlsPair
  everyMs: number
  onChange: (pair: TlsPair) => void
  log: Log
}): Disposable {
  let { current } = o
  let said: string | null = null
  let looking = false

  async function look(): Promise<void> {
    if (looking) return
    looking = true
    try {
      const pair = await readTlsPair(o.files)
      said = null
      if (pair.cert === current.cert && pair.key === current.key) return
      o.onChange(pair)
      current = pair
      o.log.info({ cert: o.files.cert }, 'HTTPS: the new certificate is in use')
    } catch (error) {
      const message = messageOf(error)
      if (message !== said) o.log.warn({}, `${message}. The certificate before stays in use`)
      said = message
    } finally {
      looking = false
    }
  }

  const timer = setInterval(() => void look(), o.everyMs)
  timer.unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
