import { ConfigError } from '@portaria/core/errors'
import { type Language, languages } from '@portaria/core/language'
import type { FactsView } from '@portaria/core/status'
import { isRecord } from '../is-record.ts'

export const factNames = [
  'intent_type',
  'interlocutor_name',
  'apartment_number',
  'block',
  'resident_name',
] as const satisfies readonly (keyof FactsView)[]

export type FactName = (typeof factNames)[number]

export const decisions = ['authorized', 'denied', 'unclear'] as const

export type Decision = (typeof decisions)[number]

/** What should come out of a line; absent: nothing is expected of that. A fact that is null must not be told. */
export type Expected = {
  readonly text?: string
  readonly facts?: Partial<Record<FactName, string | null>>
  readonly decision?: Decision
}

/** One line: something that is said, as a recording or as text, and what should come of it. */
export type Case = {
  readonly line: number
  /** A path; null: `text` is what was said. */
  readonly wav: string | null
  readonly text: string | null
  readonly expect: Expected
  readonly language: Language | null
  readonly question: 'open' | 'yes-no'
}

type Fields = Readonly<Record<string, unknown>>

function checkKeys(value: Fields, known: readonly string[], where: string): void {
  const stray = Object.keys(value).find((key) => !known.includes(key))
  if (stray === undefined) return
  throw new ConfigError(`${where} "${stray}" is not known: use ${known.join(', ')}`)
}

function textIn(value: unknown, name: string): string | null {
  if (value === undefined) return null
  if (typeof value === 'string') return value
  throw new ConfigError(`"${name}" must be a text`)
}

function oneOf<T extends string>(value: unknown, known: readonly T[], name: string): T | null {
  if (value === undefined) return null
  const found = known.find((each) => each === value)
  if (found !== undefined) return found
  throw new ConfigError(`"${name}" must be one of ${known.join(', ')}`)
}

function parseFacts(value: unknown): NonNullable<Expected['facts']> | null {
  if (value === undefined) return null
  if (!isRecord(value)) throw new ConfigError('"expect.facts" must be an object')
  checkKeys(value, factNames, 'expect.facts:')
  const told = Object.entries(value).map(([name, fact]) => {
    const text = fact === null ? null : textIn(fact, `expect.facts.${name}`)
    return [name, text] as const
  })
  return Object.fromEntries(told)
}

function parseExpected(value: unknown): Expected {
  if (!isRecord(value)) throw new ConfigError('"expect" must be an object')
  checkKeys(value, ['text', 'facts', 'decision'], 'expect:')
  const text = textIn(value['text'], 'expect.text')
  const facts = parseFacts(value['facts'])
  const decision = oneOf(value['decision'], decisions, 'expect.decision')
  const expected: Expected = {
    ...(text === null ? {} : { text }),
    ...(facts === null ? {} : { facts }),
    ...(decision === null ? {} : { decision }),
  }
  if (Object.keys(expected).length > 0) return expected
  throw new ConfigError('"expect" must hold text, facts or decision')
}

function parsed(line: string): Fields {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    throw new ConfigError('is not JSON: write one object on each line')
  }
  if (isRecord(value)) return value
  throw new ConfigError('is no JSON object')
}

/** Reads one line of a file for `portaria eval`. Throws ConfigError that says what is wrong with it. */
export function parseCase(text: string, line: number): Case {
  const value = parsed(text)
  checkKeys(value, ['wav', 'text', 'expect', 'language', 'question'], 'the key')
  const [wav, said] = [textIn(value['wav'], 'wav'), textIn(value['text'], 'text')]
  if ((wav === null) === (said === null)) {
    throw new ConfigError('must hold either "wav" or "text": what is said')
  }
  const expect = parseExpected(value['expect'])
  if (wav === null && expect.text !== undefined) {
    throw new ConfigError('"expect.text" is for "wav": a text is not recognised')
  }
  const usual = expect.decision === undefined ? 'open' : 'yes-no'
  return {
    line,
    wav,
    text: said,
    expect,
    language: oneOf(value['language'], languages, 'language'),
    question: oneOf(value['question'], ['open', 'yes-no'] as const, 'question') ?? usual,
  }
}
