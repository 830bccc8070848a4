import { type CallInfo, noFacts } from '@portaria/core/plugin'

/** A call as a dialogue is told of it, for the tests of one. */
export const call: CallInfo = {
  callId: '3f0c7a52-9c1e-4a1b-8f4e-0a1b2c3d4e5f',
  ramal: '1000',
  condominiumId: 1,
  condominiumName: 'Apoena',
  language: 'pt-BR',
  canHear: true,
}

/** What core knows at the first turn. */
export const known = { facts: noFacts, match: { type: 'none' }, played: '' } as const
