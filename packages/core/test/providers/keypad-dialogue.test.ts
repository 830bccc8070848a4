import { expect, it } from 'vitest'
import { phrasesIn } from '../../src/phrases/phrases.ts'
import { noFacts, type Reply, type Turn } from '../../src/providers/dialogue.ts'
import { createKeypadDialogue } from '../../src/providers/keypad-dialogue.ts'
import { callInfo, saying } from './fake-providers.ts'

const phrases = phrasesIn(callInfo.language)
const signal = new AbortController().signal

async function talking() {
  const talk = await createKeypadDialogue().open(callInfo, { history: [], facts: noFacts, signal })
  return async (turn: Turn, stop = new AbortController()): Promise<Reply[]> => {
    const replies: Reply[] = []
    for await (const reply of talk.reply(turn, { signal: stop.signal })) replies.push(reply)
    return replies
  }
}

function pressing(digits: string, o: Partial<Turn> = {}): Turn {
  return { facts: noFacts, match: { type: 'none' }, played: '', ...o, type: 'digits', digits }
}

const trouble = [{ type: 'say', text: phrases.troubleKeypad }]

it('asks for the keypad twice, and then for a human', async () => {
  const ask = await talking()
  expect(await ask(saying('oi', ''))).toEqual(trouble)
  expect(await ask(saying('oi', ''))).toEqual(trouble)
  expect(await ask(saying('oi', ''))).toMatchObject([{ type: 'hand-over' }])
})

it('counts anew when a key was pressed, and no reply that was only tried', async () => {
  const ask = await talking()
  const tried = new AbortController()
  tried.abort()
  for (let n = 0; n < 5; n++) expect(await ask(saying('oi', ''), tried)).toEqual(trouble)
  await ask(saying('oi', ''))
  expect(await ask(pressing('*'))).toEqual([{ type: 'say', text: phrases.askByKeypad }])
  expect(await ask(saying('oi', ''))).toEqual(trouble)
  expect(await ask(saying('oi', ''))).toEqual(trouble)
})

it('takes keys for a unit, for one of the blocks that were offered, and 0 for a human', async () => {
  const ask = await talking()
  expect(await ask(pressing('501#'))).toEqual([
    { type: 'facts', change: { unit: '501' }, ready: true },
  ])
  const unit = { number: '501', residents: [], voipNumber: null }
  const several = pressing('2#', {
    facts: { ...noFacts, unit: '501' },
    match: {
      type: 'several',
      units: [
        { ...unit, block: '1' },
        { ...unit, block: '2' },
      ],
    },
  })
  expect(await ask(several)).toEqual([{ type: 'facts', change: { block: '2' }, ready: true }])
  expect(await ask(pressing('0#'))).toMatchObject([{ type: 'hand-over' }])
})
