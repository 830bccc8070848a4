import { isIP } from 'node:net'
import { isCidr } from '../config/cidr.ts'
import { nearest } from '../config/nearest.ts'
import { shown } from '../config/shown.ts'
import type { Ramal } from './ramal.ts'

/**
 * A whole number, or a text of digits as the legacy table holds it (padded with blanks); else null.
 */
function wholeNumber(value: unknown): number | null {
  const number =
    typeof value === 'string' && /^\s*\d{1,15}\s*$/.test(value) ? Number(value.trim()) : value
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : null
}

type Fields = Readonly<Record<string, unknown>>

/** Collects what is wrong with a row while its fields are read. */
type Reader = { readonly fields: Fields; readonly problems: string[] }

function idOf({ fields, problems }: Reader, key: string): number {
  const id = wholeNumber(fields[key])
  if (id !== null) return id
  problems.push(`${key} must be a whole number, not ${shown(fields[key])}`)
  return 0
}

function portOf({ fields, problems }: Reader, key: string): number {
  const port = wholeNumber(fields[key])
  if (port !== null && port >= 1 && port <= 65_535) return port
  problems.push(`${key} must be a port from 1 to 65535, not ${shown(fields[key])}`)
  return 0
}

/** null is no wish; a key that is missing or a text that is blank is more likely a mistake. */
function returnPortOf(reader: Reader): number | null {
  return reader.fields['porta_retorno'] === null ? null : portOf(reader, 'porta_retorno')
}

/**
 * An extension is dialled: digits usually, letters in some PBXs, never a blank that a dialplan
 * could misread.
 */
function numberOf({ fields, problems }: Reader, key: string): string {
  const value = fields[key]
  const text = typeof value === 'number' ? String(value) : value
  if (typeof text === 'string' && /^[\w.+*#-]{1,50}$/.test(text.trim())) return text.trim()
  problems.push(
    `${key} must be an extension's number, up to 50 digits or letters, not ${shown(value)}`,
  )
  return ''
}

const hostName = /^(?=.{1,253}$)([a-z\d]([a-z\d-]*[a-z\d])?\.)*[a-z]([a-z\d-]*[a-z\d])?$/i

function hostOf({ fields, problems }: Reader, key: string): string {
  const value = fields[key]
  const host = typeof value === 'string' ? value.trim() : ''
  if (isIP(host) !== 0 || hostName.test(host)) return host
  problems.push(`${key} must be an IP address, such as 0.0.0.0, not ${shown(value)}`)
  return ''
}

function allowOf({ fields, problems }: Reader): readonly string[] | undefined {
  const value = fields['allow']
  if (value === undefined || value === null) return undefined
  const networks: readonly unknown[] = Array.isArray(value) ? value : [value]
  const good = networks.filter((each): each is string => typeof each === 'string' && isCidr(each))
  if (Array.isArray(value) && good.length === networks.length) return good
  problems.push(`allow must be a list of addresses or networks, such as ["10.0.0.0/8"]`)
  return undefined
}

/** A list of who may connect must never be lost to a slip of the pen: the ramal would be open to all. */
function refuseMisspeltAllow({ fields, problems }: Reader): void {
  for (const key of Object.keys(fields)) {
    if (key !== 'allow' && nearest(key, ['allow']) !== null) {
      problems.push(`${shown(key)} is no key of a ramal: did you mean "allow"?`)
    }
  }
}

/**
 * Checks one row of a file or a table (legacy names). Numbers may be texts of digits, texts may be
 * padded with blanks; a `porta_retorno` of null means none. Returns the ramal, or every reason
 * against it in one line.
 */
export function parseRamal(row: unknown): { ramal: Ramal } | { reason: string } {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) {
    return { reason: `a ramal must be an object, not ${shown(row)}` }
  }
  const reader: Reader = { fields: row as Fields, problems: [] }
  refuseMisspeltAllow(reader)
  const allow = allowOf(reader)
  const ramal: Ramal = {
    id: idOf(reader, 'id'),
    ramal_ia: numberOf(reader, 'ramal_ia'),
    ramal_retorno: numberOf(reader, 'ramal_retorno'),
    ip_servidor: hostOf(reader, 'ip_servidor'),
    porta_ia: portOf(reader, 'porta_ia'),
    porta_retorno: returnPortOf(reader),
    condominio_id: idOf(reader, 'condominio_id'),
    ...(allow === undefined ? {} : { allow }),
  }
  if (ramal.porta_ia !== 0 && ramal.porta_ia === ramal.porta_retorno) {
    reader.problems.push(`porta_ia and porta_retorno must differ, both are ${ramal.porta_ia}`)
  }
  return reader.problems.length === 0 ? { ramal } : { reason: reader.problems.join('; ') }
}
