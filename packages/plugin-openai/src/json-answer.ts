import { z } from 'zod'
import type { ToolCall } from './read-completion.ts'

/** An answer as one JSON object, for models without tools: `say` is heard while the rest still comes. */
export interface JsonAnswer {
  /** What there is more to say. */
  add(piece: string): string
  /** The calls that the object stands for; null: it is broken, or none. */
  end(): readonly ToolCall[] | null
}

const longestAnswer = 8_000

const objectSchema = z.looseObject({
  visit: z.record(z.string(), z.unknown()).nullish().catch(null),
  hand_over: z.boolean().nullish().catch(null),
  hang_up: z.boolean().nullish().catch(null),
})

export function createJsonAnswer(): JsonAnswer {
  let text = ''
  let said = ''

  return {
    add(piece) {
      text = (text + piece).slice(0, longestAnswer)
      const words = wordsSoFar(text)
      const more = words.startsWith(said) ? words.slice(said.length) : ''
      said += more
      return more
    },
    end() {
      const start = text.indexOf('{')
      // A model that only speaks was heard already.
      if (start < 0) return said === '' ? null : []
      const parsed = objectSchema.safeParse(jsonOf(text.slice(start, text.lastIndexOf('}') + 1)))
      if (!parsed.success) return said === '' ? null : []
      const { visit, hand_over: handOver, hang_up: hangUp } = parsed.data
      return [
        ...(visit == null ? [] : [callOf('visit', visit)]),
        ...(handOver === true ? [callOf('hand_over', {})] : []),
        ...(hangUp === true ? [callOf('hang_up', {})] : []),
      ]
    },
  }
}

function callOf(name: string, given: object): ToolCall {
  return { id: name, name, text: JSON.stringify(given) }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** The value of `say` as far as it came; all of a text that is no JSON. */
function wordsSoFar(text: string): string {
  const start = text.replace(/^\s*(?:<think>[^]*?(?:<\/think>|$))?\s*(?:`{1,3}(?:json)?\s*)?/u, '')
  if (start === '' || '```json'.startsWith(start)) return ''
  if (!start.startsWith('{')) return start
  const value = openStringOf(start, 'say')
  if (value === null) return ''
  // An escape that is not whole yet, or half of a pair, waits for its rest.
  const whole = value.replace(/(?<=(?:^|[^\\])(?:\\\\)*)\\(?:u[0-9a-f]{0,3})?$/iu, '')
  const words: unknown = jsonOf(`"${whole}"`)
  return typeof words === 'string' ? words.replace(/[\uD800-\uDBFF]$/u, '') : ''
}

/** What stands between the quotes of a string value of the outer object, up to its end or the text's; null: none. */
function openStringOf(object: string, key: string): string | null {
  let depth = 0
  let last = ''
  const tokens = object.matchAll(/"((?:[^"\\]|\\[^])*(?:\\$)?)("|$)|[{}[\]:]/gu)
  let isValue = false
  for (const [token, string, end] of tokens) {
    if (token === '{' || token === '[') depth += 1
    else if (token === '}' || token === ']') depth -= 1
    else if (token === ':') isValue = depth === 1
    else if (string !== undefined) {
      if (isValue && depth === 1 && last === key) return string
      if (end === '') return null
      last = depth === 1 ? string : last
    }
    if (token !== ':') isValue = false
  }
  return null
}
