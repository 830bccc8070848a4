import { crc32 } from 'node:zlib'
import { z } from 'zod'
import { turn } from '../api/shared-schemas.ts'
import type { CallRecordRow } from '../providers/call-history.ts'

/**
 * A row on disk is one line: eight hexadecimal digits (the CRC-32 of what follows the blank), a blank, JSON. A line that
 * a kill tore, or the disk spoilt, does not verify.
 */
const row: z.ZodType<CallRecordRow> = z.object({
  call_id: z.string(),
  ramal_id: z.int(),
  ramal: z.string(),
  condominium_id: z.int(),
  started_at: z.string(),
  ended_at: z.string(),
  duration_ms: z.number(),
  day: z.string(),
  end_reason: z.string(),
  answered: z.boolean(),
  outcome: z.enum(['authorized', 'denied', 'abandoned', 'none']),
  decision_reason: z.string().nullable(),
  decision_by: z.string().nullable(),
  intent_type: z.string().nullable(),
  unit: z.string().nullable(),
  block: z.string().nullable(),
  // Lines of another version have none, or others: the call counts all the same.
  turns: z.array(turn).nullable().catch(null),
})

const checksumDigits = 8

export function encodeRows(rows: readonly CallRecordRow[]): Buffer {
  return Buffer.from(rows.map(encodeRow).join(''))
}

function encodeRow(record: CallRecordRow): string {
  const json = JSON.stringify(record)
  return `${checksumOf(json)} ${json}\n`
}

/** The rows that verify, and how many lines do not. */
export function decodeRows(bytes: Uint8Array): { rows: CallRecordRow[]; spoilt: number } {
  const lines = Buffer.from(bytes).toString('utf8').split('\n')
  const rows: CallRecordRow[] = []
  let spoilt = 0
  for (const line of lines) {
    if (line === '') continue
    const record = decodeRow(line)
    if (record === null) spoilt += 1
    else rows.push(record)
  }
  return { rows, spoilt }
}

function decodeRow(line: string): CallRecordRow | null {
  const json = line.slice(checksumDigits + 1)
  if (line.slice(0, checksumDigits + 1) !== `${checksumOf(json)} `) return null
  try {
    return row.parse(JSON.parse(json))
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return null
    throw error
  }
}

function checksumOf(json: string): string {
  return crc32(json).toString(16).padStart(checksumDigits, '0')
}
