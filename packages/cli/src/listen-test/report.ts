import type { ListenEvent } from '@portaria/plugin-postgres/listener/listen'
import type { Finding, RowEvent } from '@portaria/plugin-postgres/schema/finding'
import type { Payload } from './read-payload.ts'
import type { ChannelFigures } from './tally.ts'

/** What was found before listening. */
export type Checked = {
  /** For people: no password in it. */
  readonly database: string
  readonly channels: readonly string[]
  readonly findings: readonly Finding[]
}

/** A notification as it is shown. */
export type Told = {
  readonly at: Date
  readonly channel: string
  /** The backend that sent it. */
  readonly pid: number
  readonly text: string
  readonly bytes: number
  readonly payload: Payload
  readonly latencyMs: number | null
}

/** One of the three changes of a simulation. */
export type Step = {
  readonly verb: RowEvent
  /** From our COMMIT until it was heard; null: it was not. */
  readonly latencyMs: number | null
  /** Why it was not heard, and the SQL that mends it; both null when it was, or where nothing is known. */
  readonly why: string | null
  readonly sql: string | null
}

/** How the command tells what it sees, to a person or to a program. */
export interface Report {
  checked(o: Checked): void
  link(event: Exclude<ListenEvent, { type: 'notification' }>): void
  told(o: Told): void
  /** `leftover`: the SQL that removes a row that could not be removed. */
  simulated(o: { steps: readonly Step[]; leftover: string | null }): void
  ended(o: { seconds: number; figures: readonly ChannelFigures[] }): void
}
