import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { createSecureContext } from 'node:tls'
import { isLoopback } from '@portaria/core/config/loopback'
import { messageOf } from '@portaria/core/errors'
import { type Finding, fine, type Patient } from './finding.ts'

const dayMs = 86_400_000
const soonDays = 14

function unencrypted({ settings }: Patient): readonly Finding[] {
  const { host } = settings.api
  if (isLoopback(host)) return []
  return [
    {
      subject: 'HTTPS',
      state: 'warning',
      message: `the API listens at ${host} without HTTPS: whoever is on the way reads its token`,
      remedy: 'give --tls-cert and --tls-key, or put a proxy that speaks HTTPS before 127.0.0.1',
    },
  ]
}

/** Whether the files of HTTPS belong together and are valid for a while. */
export async function examineCertificate(patient: Patient): Promise<readonly Finding[]> {
  const { settings, folder } = patient
  const { tls } = settings.api
  if (tls === null) return unencrypted(patient)
  const subject = 'HTTPS'
  const remedy = 'renew it (certbot renew), or name other files with --tls-cert and --tls-key'
  const [certFile, keyFile] = [resolve(folder, tls.cert), resolve(folder, tls.key)]
  try {
    const [cert, key] = await Promise.all([readFile(certFile), readFile(keyFile)])
    createSecureContext({ cert, key })
    const { validTo } = new X509Certificate(cert)
    const days = Math.floor((Date.parse(validTo) - Date.now()) / dayMs)
    const message = `${certFile} is valid until ${validTo}`
    if (days < 0) return [{ subject, state: 'broken', message, remedy }]
    return [
      days < soonDays ? { subject, state: 'warning', message, remedy } : fine(subject, message),
    ]
  } catch (error) {
    const message = `${certFile} with ${keyFile} cannot be used: ${messageOf(error)}`
    return [{ subject, state: 'broken', message, remedy }]
  }
}
