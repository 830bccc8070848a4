import { type Finding, rowEvents } from './finding.ts'
import type { Schema } from './read-schema.ts'

/** Reading is needed; a role that may not write serves all the same, and edits answer 403. */
export function privilegeFindings(schema: Schema): readonly Finding[] {
  const granted = schema.tables.get('extension_ia')?.privileges ?? new Set<string>()
  const { role } = schema
  const writes = rowEvents.map((privilege): Finding => {
    const subject = `privilege ${privilege}` as const
    if (!granted.has(privilege)) {
      return {
        subject,
        state: 'warning',
        message: `${role} may not ${privilege}: ramais cannot be edited through Portaria`,
        sql: `GRANT ${privilege} ON public.extension_ia TO ${role};`,
      }
    }
    if (privilege === 'INSERT' && schema.lockedSequence !== null) {
      return {
        subject,
        state: 'warning',
        message: `${role} may not use the sequence of the ids: ramais cannot be added through Portaria`,
        sql: `GRANT USAGE ON SEQUENCE ${schema.lockedSequence} TO ${role};`,
      }
    }
    return { subject, state: 'ok', message: `${role} may ${privilege}`, sql: null }
  })
  const read: Finding = granted.has('SELECT')
    ? { subject: 'privilege SELECT', state: 'ok', message: `${role} may SELECT`, sql: null }
    : {
        subject: 'privilege SELECT',
        state: 'missing',
        message: `${role} may not SELECT: Portaria reads nothing`,
        sql: `GRANT SELECT ON public.extension_ia TO ${role};`,
      }
  return [read, ...writes]
}
