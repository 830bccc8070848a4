import type { Facts, Reply, Turn } from './dialogue.ts'

/** What an AI's facts change for core. The AI sends all that it knows each time, new or not. */
export interface FactLedger {
  /** What core must be told; null: nothing changed, and they are not ready. */
  changes(turn: Turn, facts: Partial<Facts>, ready: boolean): Reply | null
  /** Core took them. */
  taken(facts: Partial<Facts>): void
}

const destination = ['unit', 'block', 'residentName'] as const
const others = ['intentType', 'visitorName'] as const

export function createFactLedger(): FactLedger {
  let told: Partial<Facts> = {}
  const isNew = (name: keyof Facts, facts: Partial<Facts>): boolean =>
    facts[name] !== undefined && facts[name] !== (told[name] ?? null)

  return {
    changes(turn, facts, ready) {
      // Core forgets a destination that is not in its directory: a server that only repeats it says nothing new.
      const moved = destination.some((name) => isNew(name, facts))
      const change: Partial<Facts> = {}
      for (const name of moved ? [...others, ...destination] : others) {
        const value = facts[name]
        if (value === undefined || value === turn.facts[name]) continue
        // What a server does not know it cannot withdraw, unless it said it before.
        if (value !== null || isNew(name, facts)) change[name] = value
      }
      if (Object.keys(change).length === 0 && !ready) return null
      return { type: 'facts', change, ready }
    },
    taken(facts) {
      told = { ...told, ...facts }
    },
  }
}
