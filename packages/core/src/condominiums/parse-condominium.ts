import { z } from 'zod'
import type { CondominiumConfig } from '../config/config.ts'
import { shown } from '../config/shown.ts'
import { languages } from '../language.ts'

const text = z.string().trim().min(1).max(500)

const voice = z.union([
  text.transform((name) => ({ name })),
  z.strictObject({
    name: z.exactOptional(text),
    speed: z.exactOptional(z.number().min(0.25).max(4)),
    style: z.exactOptional(text),
  }),
])

const address = z
  .string()
  .trim()
  .max(2_000)
  .regex(/^https?:\/\/\S+$/iu)

/** The settings that a row of `condominium_ia` may give. */
export type CondominiumRow = CondominiumConfig & { readonly aiUrl?: string }

const aText = 'must be a text of 1 to 500 characters'

/** The columns of `condominium_ia` that a call uses: the setting that each one is, and what it must be. */
const columns: Readonly<
  Record<string, readonly [setting: keyof CondominiumRow, schema: z.ZodType, must: string]>
> = {
  name: ['name', text, aText],
  language: ['language', z.enum(languages), `must be one of ${languages.join(', ')}`],
  voice: [
    'voice',
    voice,
    'must be the name of a voice, or {"name": …, "speed": 0.25 to 4, "style": …}',
  ],
  greeting: ['greeting', text, aText],
  gate_name: ['gateName', text, aText],
  ai_url: ['aiUrl', address, 'must be an address such as https://ia.example/messages'],
}

export type ParsedCondominium = {
  readonly id: number
  readonly settings: CondominiumRow
  /** What was wrong and is left to the configuration or the defaults. */
  readonly problems: readonly string[]
}

/**
 * Reads one row of `condominium_ia`, null where the row names no condomínio. A bad column never spoils another: it
 * counts as not said.
 */
export function parseCondominium(row: unknown): ParsedCondominium | null {
  if (typeof row !== 'object' || row === null) return null
  const id: unknown = Reflect.get(row, 'condominium_id')
  if (typeof id !== 'number' || !Number.isSafeInteger(id) || id < 0) return null
  const settings: Record<string, unknown> = {}
  const problems: string[] = []
  for (const [column, [setting, schema, must]] of Object.entries(columns)) {
    const value: unknown = Reflect.get(row, column)
    if (value === null || value === undefined) continue
    const parsed = schema.safeParse(value)
    if (parsed.success) settings[setting] = parsed.data
    else problems.push(`${column} ${must}, not ${shown(value)}`)
  }
  return { id, settings, problems }
}
