import { z } from 'zod'
import { shown } from '../config/shown.ts'
import type { Unit } from '../providers/directory.ts'
import { blockKeys, unitKeys } from './unit-keys.ts'

/** One unit of one condomínio; without an id it belongs to the only condomínio that is served. */
export type DirectoryEntry = Unit & { readonly condominiumId: number | null }

const printed = z.union([z.string(), z.number()]).transform((value) => String(value).trim())

const unitError = { error: 'must be a unit, such as "501"' }
const blockError = { error: 'must be a block, such as "B"' }
const residentsError = { error: 'must be a list of names, such as ["Daniel dos Reis"]' }
const voipError = {
  error: 'must be a number or a SIP address, such as "1003021" or "sip:101@host"',
}
const condominiumError = { error: 'must be the number of a condomínio, such as 1' }

/**
 * The legacy entry of `apartamentos.json`, with `condominium_id` and `block`. Other keys are left
 * alone.
 */
const entrySchema = z.object(
  {
    apartment_number: printed.refine((text) => unitKeys(text) !== null, unitError),
    block: printed.nullish().refine((text) => !text || blockKeys(text) !== null, blockError),
    residents: z.array(z.string(residentsError).trim(), residentsError).nullish(),
    voip_number: printed
      .nullish()
      .refine((text) => !text || /^[\w.+*#@:;=/-]{1,200}$/.test(text), voipError),
    condominium_id: z
      .union([
        z.number(),
        z
          .string()
          .regex(/^\s*\d+\s*$/, condominiumError)
          .transform(Number),
      ])
      .nullish()
      .refine((id) => id === null || id === undefined || (Number.isSafeInteger(id) && id >= 0), {
        error: condominiumError.error,
      }),
  },
  { error: 'must be an object' },
)

const expected: Readonly<Record<string, string>> = {
  apartment_number: unitError.error,
  block: blockError.error,
  residents: residentsError.error,
  voip_number: voipError.error,
  condominium_id: condominiumError.error,
}

/** Checks one entry; returns it, or what is wrong with it. */
export function parseEntry(value: unknown): { entry: DirectoryEntry } | { reason: string } {
  const parsed = entrySchema.safeParse(value)
  if (!parsed.success) {
    const keys = new Set(parsed.error.issues.map((issue) => String(issue.path[0] ?? '')))
    const reasons = [...keys].map((key) => {
      if (key === '') return `must be an object, not ${shown(value)}`
      const found: unknown = Reflect.get(value as object, key)
      return `${key} ${expected[key] ?? 'is wrong'}, not ${shown(found)}`
    })
    return { reason: reasons.join('; ') }
  }
  const { apartment_number, block, residents, voip_number, condominium_id } = parsed.data
  return {
    entry: {
      number: apartment_number,
      block: block || null,
      residents: (residents ?? []).filter((name) => name !== ''),
      voipNumber: voip_number || null,
      condominiumId: condominium_id ?? null,
    },
  }
}
