import { randomUUID } from 'node:crypto'
import { orAbort } from '@portaria/core/abortable'
import { type Clock, monotonic } from '@portaria/core/clock'
import type { Language } from '@portaria/core/language'
import { type Dialogue, type Facts, noFacts, type Reply } from '@portaria/core/providers/dialogue'
import type { FactsView } from '@portaria/core/status'
import { within } from '@portaria/core/within'
import { visitFacts } from '../visit-facts.ts'

/** A conversation that takes longer to close is left behind. */
const closeLimitMs = 1_000

export type Answered = {
  /** What it says to the visitor. */
  readonly text: string
  /** What it learnt, under the API's names. */
  readonly facts: FactsView
  /** It has all that it needs; no word of it authorises anything. */
  readonly ready: boolean
  readonly ending: 'hand-over' | 'hangup' | null
  readonly openMs: number
  /** To the first thing that it says; null: it says nothing. */
  readonly firstWordMs: number | null
  readonly totalMs: number
}

/** Tells a dialogue what the first visitor says on a call of its own. Throws what it fails with, or the signal's reason. */
export async function askDialogue(
  dialogue: Dialogue,
  o: {
    readonly text: string
    readonly language: Language
    readonly signal: AbortSignal
    readonly clock?: Clock
  },
): Promise<Answered> {
  const { clock = monotonic, language, signal, text } = o
  const call = {
    callId: randomUUID(),
    ramal: 'test',
    condominiumId: 1,
    condominiumName: null,
    language,
    canHear: true,
  }
  const openedMs = clock()
  const opening = dialogue.open(call, { history: [], facts: noFacts, signal })
  const conversation = await orAbort(opening, signal)
  try {
    const startedMs = clock()
    const said: string[] = []
    let facts: Facts = noFacts
    let [ready, ending, firstWordMs]: [boolean, Answered['ending'], number | null] = [
      false,
      null,
      null,
    ]
    const take = (part: Reply): void => {
      switch (part.type) {
        case 'say':
          firstWordMs ??= clock() - startedMs
          said.push(part.text.trim())
          return
        case 'facts':
          facts = { ...facts, ...part.change }
          ready = part.ready
          return
        case 'hand-over':
        case 'hangup':
          ending ??= part.type
      }
    }
    const turn = {
      type: 'said',
      text,
      facts: noFacts,
      match: { type: 'none' },
      played: '',
    } as const
    for await (const part of conversation.reply(turn, { signal })) take(part)
    return {
      text: said.join(' '),
      facts: visitFacts(facts),
      ready,
      ending,
      openMs: startedMs - openedMs,
      firstWordMs,
      totalMs: clock() - startedMs,
    }
  } finally {
    await within(Promise.resolve(conversation[Symbol.asyncDispose]()), closeLimitMs)
  }
}
