/** What was found out about one part of a database. */
export type Finding = {
  readonly subject: FindingSubject
  /** `missing`: ramais are not live without it. `warning`: something else suffers, as the message says. */
  readonly state: 'ok' | 'missing' | 'warning'
  readonly message: string
  /** The SQL that mends it; null when there is nothing to mend, or nothing that SQL mends. */
  readonly sql: string | null
}

export type RowEvent = 'INSERT' | 'UPDATE' | 'DELETE'
export const rowEvents: readonly RowEvent[] = ['INSERT', 'UPDATE', 'DELETE']

export type FindingSubject =
  | 'table'
  | 'columns'
  | 'primary key'
  | 'function'
  | `trigger ${RowEvent}`
  | `privilege ${'SELECT' | RowEvent}`
  | 'condominium'
  | 'history'
  | 'listen'
