import type { RamalDraft } from '@portaria/core/plugin'

type Row = Readonly<Record<string, unknown>>

/** The table of the field, `legacy-system.md`: `char(50)` with its blanks, ports as text, in some databases other types. */
export const table = 'public.extension_ia'

/** The column of each field of the legacy file. */
export const columns = {
  id: 'extension_ia_id',
  ramal_ia: 'extension_ia_number',
  ramal_retorno: 'extension_ia_return',
  ip_servidor: 'extension_ia_ip',
  porta_ia: 'extension_ia_number_port',
  porta_retorno: 'extension_ia_return_port',
  condominio_id: 'condominium_id',
} as const satisfies Record<keyof RamalDraft | 'id', string>

const selected = Object.values(columns).join(', ')

export const selectAll = `SELECT ${selected} FROM ${table} ORDER BY ${columns.id}`

/** Compared as text: the column's type is the field's, and a forged id must not be out of its range. */
export const selectSome = `SELECT ${selected} FROM ${table} WHERE ${columns.id}::text = ANY($1::text[]) ORDER BY ${columns.id}`

/** A row in the shape of the legacy file. Nothing is judged here, core does. Written out: 10,000 rows must not hold audio up. */
export function fileRow(row: Row): Record<keyof typeof columns, unknown> {
  return {
    id: numeric(trimmed(row[columns.id])),
    ramal_ia: trimmed(row[columns.ramal_ia]),
    ramal_retorno: trimmed(row[columns.ramal_retorno]),
    ip_servidor: trimmed(row[columns.ip_servidor]),
    porta_ia: trimmed(row[columns.porta_ia]),
    porta_retorno: trimmed(row[columns.porta_retorno]),
    condominio_id: numeric(trimmed(row[columns.condominio_id])),
  }
}

function trimmed(value: unknown): unknown {
  return typeof value === 'string' ? value.trim() : value
}

/** Some databases keep ids as bigint or text, which arrive as text. */
function numeric(value: unknown): unknown {
  return typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
}
