import { Flags } from '@oclif/core'
import { ConfigError } from '@portaria/core/errors'

/** The fields of a row, by the flag that gives them. */
export const rowFlags = {
  ramal: Flags.string({ description: 'number that the intercom calls', helpValue: '1003' }),
  retorno: Flags.string({ description: "number of the resident's leg", helpValue: '1004' }),
  ip: Flags.string({ description: 'address that Asterisk connects to', helpValue: 'ADDRESS' }),
  porta: Flags.string({ description: "port of the visitor's leg", helpValue: '8090' }),
  'porta-retorno': Flags.string({
    description: "port of the resident's leg; none: the next free one",
    helpValue: '8091|none',
  }),
  condominio: Flags.string({ description: 'id of the condomínio', helpValue: '1' }),
}

const keys = {
  ramal: 'ramal_ia',
  retorno: 'ramal_retorno',
  ip: 'ip_servidor',
  porta: 'porta_ia',
  'porta-retorno': 'porta_retorno',
  condominio: 'condominio_id',
} as const satisfies Record<keyof typeof rowFlags, string>

type Given = { readonly [K in keyof typeof rowFlags]: string | undefined }

/** What was given, under the API's names: the daemon judges it. */
export function rowBody(flags: Given): Readonly<Record<string, string | null>> {
  const told = Object.entries(keys).flatMap(([flag, key]) => {
    const value = flags[flag as keyof Given]
    if (value === undefined) return []
    return [[key, flag === 'porta-retorno' && value === 'none' ? null : value] as const]
  })
  return Object.fromEntries(told)
}

/** A whole new row. The return port may be left out. Throws ConfigError that names what is missing. */
export function newRowBody(flags: Given): Readonly<Record<string, string | null>> {
  const missing = (Object.keys(keys) as (keyof Given)[]).filter(
    (flag) => flag !== 'porta-retorno' && flags[flag] === undefined,
  )
  if (missing.length === 0) return { porta_retorno: null, ...rowBody(flags) }
  throw new ConfigError(
    `a new ramal needs ${missing.map((flag) => `--${flag}`).join(', ')} as well`,
  )
}
