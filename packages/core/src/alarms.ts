import type { EventLog } from './events.ts'
import type { Log } from './log.ts'
import type { Alarm } from './status.ts'

/** What rings: things that a person should look at, until their cause is gone. */
export interface Alarms {
  /** Rings, or says something new of what rings already. */
  raise(id: string, message: string): void
  /** Nothing happens when it does not ring. */
  clear(id: string): void
  /** Oldest first; the same object until something changes. */
  list(): readonly Alarm[]
}

export function createAlarms(o: {
  events: EventLog
  log: Log
  onChange: () => void
  now?: () => Date
}): Alarms {
  const now = o.now ?? (() => new Date())
  const ringing = new Map<string, Alarm>()
  let list: readonly Alarm[] = []

  const changed = (id: string, message: string, isRinging: boolean): void => {
    list = [...ringing.values()]
    o.events.publish({ type: 'alarm', alarm: id, ringing: isRinging, message })
    o.onChange()
  }

  return {
    raise(id, message) {
      const known = ringing.get(id)
      if (known?.message === message) return
      ringing.set(id, { id, since: known?.since ?? now().toISOString(), message })
      o.log.warn({ alarm: id }, message)
      changed(id, message, true)
    },
    clear(id) {
      const known = ringing.get(id)
      if (known === undefined) return
      ringing.delete(id)
      o.log.info({ alarm: id }, `no longer so: ${known.message}`)
      changed(id, known.message, false)
    },
    list: () => list,
  }
}
