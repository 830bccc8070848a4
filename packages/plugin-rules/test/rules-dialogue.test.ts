import {
  type CallInfo,
  type Facts,
  type Match,
  noFacts,
  type Reply,
  type Turn,
  type Unit,
} from '@portaria/core/plugin'
import { silentLog } from '@portaria/core/log'
import { describe, expect, it } from 'vitest'
import plugin from '../src/index.ts'
import { phrasesPtBr as phrases } from '../src/phrases-pt-br.ts'
import { createRulesDialogue } from '../src/rules-dialogue.ts'

const call: CallInfo = {
  callId: 'c0ffee',
  ramal: '1000',
  condominiumId: 1,
  condominiumName: null,
  language: 'pt-BR',
  canHear: true,
}
const none: Match = { type: 'none' }
const unit = (block: string): Unit => ({ number: '501', block, residents: [], voipNumber: null })
const several: Match = { type: 'several', units: [unit('A'), unit('B')] }

const said = (text: string) => ({ type: 'said', text }) as const
const digits = (pressed: string) => ({ type: 'digits', digits: pressed }) as const
const silence = { type: 'silence', times: 1 } as const

type Input = ReturnType<typeof said> | ReturnType<typeof digits> | typeof silence

/** A visitor who speaks or presses keys, and core's part: it keeps the facts and knows the match. */
async function talk(o: { canHear?: boolean } = {}) {
  const conversation = await createRulesDialogue().open(
    { ...call, canHear: o.canHear ?? true },
    { history: [], facts: noFacts, signal: new AbortController().signal },
  )
  let facts: Facts = noFacts
  return {
    conversation,
    facts: () => facts,
    forget: () => {
      facts = { ...facts, unit: null, block: null, residentName: null }
    },
    async hears(input: Input, match: Match = none): Promise<Reply[]> {
      const replies = await replyTo(conversation, { facts, match, played: '', ...input })
      for (const reply of replies) {
        if (reply.type === 'facts') facts = { ...facts, ...reply.change }
      }
      return replies
    },
  }
}

type Talker = Awaited<ReturnType<typeof talk>>

async function replyTo(
  conversation: Talker['conversation'],
  turn: Turn,
  signal = new AbortController().signal,
): Promise<Reply[]> {
  const replies: Reply[] = []
  for await (const reply of conversation.reply(turn, { signal })) replies.push(reply)
  return replies
}

const say = (text: string): Reply => ({ type: 'say', text })
const learn = (change: Partial<Facts>, ready: boolean): Reply => ({ type: 'facts', change, ready })

describe('a visitor who speaks', () => {
  it('is asked for the unit, then who and why in one question, and is ready', async () => {
    const visitor = await talk()
    expect(await visitor.hears(said('boa tarde'))).toEqual([say(phrases.askUnit)])
    expect(await visitor.hears(said('quinhentos e um'))).toEqual([
      learn({ unit: '501' }, false),
      say(phrases.askNameAndReason),
    ])
    expect(await visitor.hears(said('João Pedro, entrega'))).toEqual([
      learn({ visitorName: 'João Pedro', intentType: 'entrega' }, true),
    ])
  })

  it('is ready at once when everything was said', async () => {
    const visitor = await talk()
    expect(await visitor.hears(said('sou o Carlos da Amazon, entrega pro 302'))).toEqual([
      learn({ intentType: 'entrega', visitorName: 'Carlos', unit: '302' }, true),
    ])
  })

  it('is asked only for what is missing, once, whatever the answer', async () => {
    const visitor = await talk()
    expect(await visitor.hears(said('vim visitar a Maria no 72'))).toContainEqual(
      say(phrases.askName),
    )
    expect(await visitor.hears(said('não quero dizer'))).toEqual([learn({}, true)])
    const other = await talk()
    expect(await other.hears(said('meu nome é Ana, apartamento 33'))).toContainEqual(
      say(phrases.askReason),
    )
    expect(await other.hears(said('hum'))).toEqual([learn({}, true)])
  })

  it('may name the resident instead of the unit', async () => {
    const visitor = await talk()
    await visitor.hears(said('bom dia'))
    expect(await visitor.hears(said('Daniel dos Reis'))).toEqual([
      learn({ residentName: 'Daniel dos Reis' }, false),
      say(phrases.askNameAndReason),
    ])
  })

  it('may correct the unit, or take it back', async () => {
    const visitor = await talk()
    await visitor.hears(said('apartamento 501'))
    expect(await visitor.hears(said('não é 501, é 502'))).toContainEqual(
      learn({ unit: '502' }, true),
    )
    expect(await visitor.hears(said('não é 502'))).toEqual([
      learn({ unit: null }, false),
      say(phrases.askUnit),
    ])
  })

  it('is asked more plainly each time, and told of the keypad at the third', async () => {
    const visitor = await talk()
    const asked = []
    for (let turn = 0; turn < 4; turn++) asked.push(...(await visitor.hears(said('hum'))))
    expect(asked).toEqual(
      [
        phrases.askUnit,
        phrases.askUnitAgain,
        phrases.askUnitEitherWay,
        phrases.askUnitEitherWay,
      ].map(say),
    )
    await visitor.hears(said('sou o Carlos'))
    expect(await visitor.hears(said('hum'))).toEqual([say(phrases.askUnitAgain)])
  })

  it('is asked who and why again when core had to ask for another unit instead', async () => {
    const visitor = await talk()
    await visitor.hears(said('apartamento 999'))
    visitor.forget()
    expect(await visitor.hears(said('apartamento 501'))).toEqual([
      learn({ unit: '501' }, false),
      say(phrases.askNameAndReason),
    ])
  })

  it('chooses the block that core asked for', async () => {
    const visitor = await talk()
    await visitor.hears(said('sou o Carlos da Amazon, entrega pro 501'))
    expect(await visitor.hears(said('ã'), several)).toEqual([say(phrases.askBlockAgain)])
    expect(await visitor.hears(said('é o B'), several)).toEqual([learn({ block: 'B' }, true)])
  })

  it('chooses a block by its name, and a homonym by unit or fuller name', async () => {
    const towers: Match = { type: 'several', units: [unit('Ipê'), unit('Ipanema')] }
    const visitor = await talk()
    await visitor.hears(said('sou o Carlos da Amazon, entrega pro 501'))
    expect(await visitor.hears(said('é no ipê'), towers)).toEqual([learn({ block: 'Ipê' }, true)])
    const other = await talk()
    await other.hears(said('sou o Carlos, entrega para o Daniel'))
    expect(await other.hears(said('hum'), several)).toEqual([learn({}, false)])
    expect(await other.hears(said('Daniel dos Reis'), several)).toEqual([
      learn({ residentName: 'Daniel dos Reis' }, true),
    ])
  })

  it('hears the question again on request, which is no miss and asks nothing new', async () => {
    const visitor = await talk()
    await visitor.hears(said('apartamento 501'))
    expect(await visitor.hears(said('Não entendi.'))).toEqual([say(phrases.askNameAndReason)])
    expect(await visitor.hears(said('pode repetir?'), several)).toEqual([
      say(phrases.askBlockAgain),
    ])
    expect(await visitor.hears(said('Carlos, entrega'))).toEqual([
      learn({ visitorName: 'Carlos', intentType: 'entrega' }, true),
    ])
  })

  it('is not asked who and why again after core asked for the block', async () => {
    const visitor = await talk()
    await visitor.hears(said('apartamento 33'))
    await visitor.hears(said('aliás, apartamento 501'))
    expect(await visitor.hears(said('bloco B'), several)).toEqual([learn({ block: 'B' }, true)])
  })

  it('is given a human when asking for one', async () => {
    const visitor = await talk()
    expect(await visitor.hears(said('quero falar com o porteiro'))).toEqual([
      { type: 'hand-over', why: 'the visitor asked for a human' },
    ])
    expect(await visitor.hears(said('porteiro'))).toEqual([say(phrases.askUnit)])
  })

  it('who falls silent hears the last question again', async () => {
    const visitor = await talk()
    expect(await visitor.hears(silence)).toEqual([say(phrases.askUnit)])
    await visitor.hears(said('apartamento 501'))
    expect(await visitor.hears(silence)).toEqual([say(phrases.askNameAndReason)])
  })
})

describe('a visitor at the keypad', () => {
  it.each(['501#', '501', '12*501#'])('is ready with the unit after %s', async (pressed) => {
    const visitor = await talk({ canHear: false })
    expect(await visitor.hears(digits(pressed))).toEqual([learn({ unit: '501' }, true)])
  })

  it('chooses the block once the unit is in several', async () => {
    const visitor = await talk({ canHear: false })
    await visitor.hears(digits('501#'))
    expect(await visitor.hears(digits('2#'), several)).toEqual([learn({ block: '2' }, true)])
  })

  it('hears the question for the block again after a key that stands for none', async () => {
    const visitor = await talk({ canHear: false })
    await visitor.hears(digits('501#'))
    expect(await visitor.hears(digits('3#'), several)).toEqual([learn({}, true)])
    expect(await visitor.hears(digits('#'), several)).toEqual([learn({}, false)])
  })

  it('may dial another unit in place of a block', async () => {
    const visitor = await talk({ canHear: false })
    await visitor.hears(digits('501#'))
    const change = { unit: '502', block: null }
    expect(await visitor.hears(digits('502#'), several)).toEqual([learn(change, true)])
  })

  it('chooses a block by its number where blocks have numbers', async () => {
    const towers: Match = { type: 'several', units: [unit('Torre 2'), unit('Torre 11')] }
    const visitor = await talk({ canHear: false })
    await visitor.hears(digits('501#'))
    expect(await visitor.hears(digits('11#'), towers)).toEqual([learn({ block: '11' }, true)])
    expect(await visitor.hears(digits('1#'), towers)).toEqual([learn({}, true)])
  })

  it.each(['0', '0#'])('is given a human after %s', async (pressed) => {
    const visitor = await talk()
    expect(await visitor.hears(digits(pressed))).toEqual([
      { type: 'hand-over', why: 'the visitor pressed 0' },
    ])
  })

  it('hears what to do after *, in the way that the line allows', async () => {
    expect(await (await talk()).hears(digits('*'))).toEqual([say(phrases.help)])
    const deaf = await talk({ canHear: false })
    expect(await deaf.hears(digits('*'))).toEqual([say(phrases.helpKeypad)])
  })

  it('hears the question again after # alone and after keys that mean nothing', async () => {
    const visitor = await talk({ canHear: false })
    expect(await visitor.hears(digits('#'))).toEqual([say(phrases.askUnitKeypad)])
    expect(await visitor.hears(digits('AB'))).toEqual([say(phrases.askUnitKeypad)])
  })
})

describe('a reply', () => {
  const turn: Turn = { facts: noFacts, match: none, played: '', ...said('apartamento 501') }

  it('that is aborted stops, and leaves no trace', async () => {
    const { conversation } = await talk()
    const abort = new AbortController()
    const replies: Reply[] = []
    for await (const reply of conversation.reply(turn, { signal: abort.signal })) {
      replies.push(reply)
      abort.abort()
    }
    expect(replies).toEqual([learn({ unit: '501' }, false)])
    expect(await replyTo(conversation, turn)).toContainEqual(say(phrases.askNameAndReason))
  })

  it('is empty when the call or the conversation is over', async () => {
    const { conversation } = await talk()
    expect(await replyTo(conversation, turn, AbortSignal.abort())).toEqual([])
    await conversation[Symbol.asyncDispose]()
    expect(await replyTo(conversation, turn)).toEqual([])
  })

  it('cannot be had of a call that is over already', () => {
    const options = { history: [], facts: noFacts, signal: AbortSignal.abort() }
    expect(() => createRulesDialogue().open(call, options)).toThrow('aborted')
  })
})

describe('the plugin', () => {
  it('offers a speculative dialogue and every sentence that it may say, in three languages', async () => {
    const context = { log: silentLog, signal: new AbortController().signal, dataDir: '.' }
    const dialogue = await plugin.dialogue?.({}, context)
    expect(dialogue?.speculative).toBe(true)
    const sentences = ['pt-BR', 'en', 'es'].map((language) => dialogue?.phrases?.(language) ?? [])
    expect(sentences[0]).toContain(phrases.askUnit)
    expect(new Set(sentences.flat()).size).toBe(30)
  })

  it('takes no options, and says which it does not know', async () => {
    expect(await plugin.options['~standard'].validate({})).toEqual({ value: {} })
    const refused = await plugin.options['~standard'].validate({ voice: 'x' })
    expect(JSON.stringify(refused.issues)).toContain('voice')
  })
})
