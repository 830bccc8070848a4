import type { StoreHint } from '@portaria/core/plugin'
import { z } from 'zod'

/** What the triggers of the field tell, and ours, which add a `time`. The row itself is not believed. */
const notification = z.object({
  action: z.enum(['INSERT', 'UPDATE', 'DELETE']),
  time: z.exactOptional(z.iso.datetime().catch('')),
  data: z.object({
    extension_ia_id: z.union([z.number(), z.string().trim().regex(/^\d+$/).transform(Number)]),
  }),
})

/** What a notification of the channel of ramais means. Never throws, whatever the payload is. */
export function hintOf(payload: string): Extract<StoreHint, { type: 'changed' | 'ignored' }> {
  let json: unknown
  try {
    json = JSON.parse(payload)
  } catch {
    return { type: 'ignored', why: 'the payload is no JSON' }
  }
  const parsed = notification.safeParse(json)
  if (!parsed.success) {
    const at = parsed.error.issues[0]?.path.join('.') ?? ''
    return { type: 'ignored', why: `the payload has no fitting ${at === '' ? 'object' : at}` }
  }
  const { data, time: toldAt } = parsed.data
  const id = data.extension_ia_id
  if (!Number.isSafeInteger(id)) return { type: 'ignored', why: 'extension_ia_id is no integer' }
  return { type: 'changed', ids: [id], ...(toldAt ? { toldAt } : {}) }
}
