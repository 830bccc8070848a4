import type { z } from 'zod'
import { ApiError } from './api-error.ts'

/**
 * What a client sent, checked. Throws an ApiError (400) that names every problem: by `remedies` of its field, `otherwise`
 * for what is no field.
 */
export function parseRequest<T>(
  schema: z.ZodType<T>,
  value: unknown,
  o: { remedies: Readonly<Record<string, string>>; otherwise: string },
): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map((issue) =>
    issue.code === 'unrecognized_keys'
      ? `campo desconhecido: ${issue.keys.map((key) => JSON.stringify(key)).join(', ')}`
      : (o.remedies[String(issue.path[0] ?? '')] ?? o.otherwise),
  )
  throw new ApiError(400, [...new Set(problems)].join('; '))
}
