import { isRecord } from '../is-record.ts'

/** What a payload says to whoever looks on; nothing of it is believed. */
export type Payload = {
  /** What the JSON holds, or the text when it is none. */
  readonly value: unknown
  readonly isJson: boolean
  /** As triggers name what happened: INSERT, UPDATE, DELETE, or a word of somebody else's. Null: there is none. */
  readonly action: string | null
  /** When it was told, in ms since 1970; null where the payload has no `time`. */
  readonly sentMs: number | null
}

const longestAction = 32

/** Never throws, whatever the text is. */
export function readPayload(text: string): Payload {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { value: text, isJson: false, action: null, sentMs: null }
  }
  const fields = isRecord(value) ? value : {}
  const { action, time } = fields
  return {
    value,
    isJson: true,
    action: typeof action === 'string' && action !== '' ? action.slice(0, longestAction) : null,
    sentMs: typeof time === 'string' ? timeOf(time) : null,
  }
}

/** A moment with its zone, to the microsecond, as our triggers write it. */
const moment = /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|[+-]\d\d(?::?\d\d)?)$/

function timeOf(text: string): number | null {
  const [, seconds, fraction = '', zone = ''] = moment.exec(text) ?? []
  if (seconds === undefined) return null
  const fullZone = /^[+-]\d\d$/.test(zone) ? `${zone}:00` : zone
  const wholeMs = Date.parse(`${seconds.replace(' ', 'T')}${fullZone}`)
  return Number.isNaN(wholeMs) ? null : wholeMs + Number(`0${fraction}`) * 1_000
}
