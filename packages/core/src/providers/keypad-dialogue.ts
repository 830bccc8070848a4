import { type Phrases, phrasesIn } from '../phrases/phrases.ts'
import { chosenByKey } from './chosen-by-key.ts'
import type { Dialogue, Reply, Turn } from './dialogue.ts'

/** Spoken turns that are answered with a request for the keypad; then a human is asked. */
const mostRequests = 2

/**
 * The dialogue that stands behind all others: it asks for the unit by keypad, and understands nothing else. It cannot
 * fail.
 */
export function createKeypadDialogue(): Dialogue {
  return {
    speculative: true,
    open(call) {
      const phrases = phrasesIn(call.language)
      let requests = 0
      return Promise.resolve({
        by: 'keypad',
        async *reply(turn, { signal }) {
          const asked = turn.type === 'digits' ? 0 : requests + 1
          yield replyTo(turn, { phrases, requests: asked })
          if (!signal.aborted) requests = asked
        },
        [Symbol.asyncDispose]: () => Promise.resolve(),
      })
    },
  }
}

function replyTo(turn: Turn, o: { phrases: Phrases; requests: number }): Reply {
  if (turn.type !== 'digits') {
    if (o.requests > mostRequests) return { type: 'hand-over', why: 'nobody could reply' }
    return { type: 'say', text: o.phrases.troubleKeypad }
  }
  const entry = turn.digits.replaceAll(/[#*]/gu, '')
  if (entry === '0') return { type: 'hand-over', why: 'the visitor pressed 0' }
  if (entry === '') return { type: 'say', text: o.phrases.askByKeypad }
  return { type: 'facts', change: chosenByKey(turn, entry), ready: true }
}
