import {
  type Conversation,
  type Dialogue,
  type Reply,
  type SpeechToText,
} from '@portaria/core/plugin'
import {
  createDelayedDialogue,
  createDelayedStt,
  type Fault,
} from '@portaria/test-kit/delayed-providers'
import { speechOf } from './sounds.ts'
import type { Gate } from './start-gate.ts'

export const askUnit = 'Qual é o número do apartamento?'

export function dialogueWith(reply: Conversation['reply']): Dialogue {
  const conversation: Conversation = { reply, [Symbol.asyncDispose]: () => Promise.resolve() }
  return { speculative: true, open: () => Promise.resolve(conversation) }
}

export function hearing(fault: Fault | null, lines = ['apartamento 501']): SpeechToText {
  const rest = [...lines]
  return createDelayedStt({
    name: 'fakes',
    nextLine: () => rest.shift() ?? '',
    finalAfterMs: 0,
    faults: () => fault,
  })
}

/** Says its line for each turn, whatever the visitor says. */
export function talking(line: string, fault: Fault | null = null): Dialogue {
  const reply = (): readonly Reply[] => [{ type: 'say', text: line }]
  return createDelayedDialogue({
    ...{ name: 'fakes', firstTokenMs: 0, speculative: false, reply },
    faults: () => fault,
  })
}

export async function spokenTo(gate: Gate, sound = '002-clean') {
  const visitor = await gate.visitor()
  await gate.said('visitor', /posso ajudar/)
  await visitor.quiet(200)
  await visitor.speak(speechOf(sound))
  return visitor
}

/** Counts from 1. */
export async function nthTurn(gate: Gate, uuid: string, nth: number) {
  await gate.event((e) => e.type === 'turn' && e.turn.turn === nth)
  return gate.daemon.call(uuid)?.turns[nth - 1]
}

export function firstTurn(gate: Gate, uuid: string) {
  return nthTurn(gate, uuid, 1)
}
