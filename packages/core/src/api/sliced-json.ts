import { createSlices, type Slices } from '../slices.ts'
import { inertJson } from './inert-json.ts'

/** As `inertJson` writes it, but long lists in slices: 10,000 ramais must not hold audio up. */
export function slicedJson(value: object): Promise<string> {
  return written(value, createSlices())
}

async function written(value: unknown, slices: Slices): Promise<string> {
  if (Array.isArray(value)) return `[${(await writtenItems(value, slices)).join(',')}]`
  if (!isPlain(value)) return inertJson(value)
  const fields: string[] = []
  for (const [key, field] of Object.entries(value)) {
    if (field !== undefined) fields.push(`${inertJson(key)}:${await written(field, slices)}`)
  }
  return `{${fields.join(',')}}`
}

/** Each of them is short. */
async function writtenItems(list: readonly unknown[], slices: Slices): Promise<string[]> {
  const parts: string[] = []
  for (const each of list) {
    await slices.rest()
    parts.push(inertJson(each ?? null))
  }
  return parts
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  return Object.getPrototypeOf(value) === Object.prototype
}
