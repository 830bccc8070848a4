import type { z } from 'zod'
import { nearest } from './nearest.ts'
import { shown } from './shown.ts'

type Issue = z.core.$ZodIssue
type Keys = (path: readonly PropertyKey[]) => readonly string[]

/** `api.port`, `allow[1]`, `condominiums["12 b"].name`; `the whole value` for no path at all. */
export function keyPath(path: readonly PropertyKey[]): string {
  let written = ''
  for (const key of path) {
    if (typeof key === 'number') written += `[${key}]`
    else if (/^[\p{L}_$][\w$]*$/u.test(String(key))) written += `${written && '.'}${String(key)}`
    else written += `[${JSON.stringify(String(key))}]`
  }
  return written || 'the whole value'
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at: unknown = value
  for (const key of path) at = typeof at === 'object' && at !== null ? Reflect.get(at, key) : at
  return at
}

function unknownKeys(issue: z.core.$ZodIssueUnrecognizedKeys, known: readonly string[]): string[] {
  return issue.keys.map((key) => {
    const meant = nearest(key, known)
    const remedy =
      meant === null ? `remove it; known here: ${known.join(', ')}` : `did you mean "${meant}"?`
    return `${keyPath([...issue.path, key])}: unknown setting; ${remedy}`
  })
}

/** One line for each problem: the key, what is wrong there, and how to mend it. */
export function configProblems(
  issues: readonly Issue[],
  o: { value: unknown; keysAt: Keys },
): string[] {
  return issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') return unknownKeys(issue, o.keysAt(issue.path))
    if (issue.code === 'invalid_key') {
      return `${keyPath(issue.path)}: must be the number of a condomínio (condominio_id), such as "12"`
    }
    return `${keyPath(issue.path)}: ${issue.message}, not ${shown(valueAt(o.value, issue.path))}`
  })
}
