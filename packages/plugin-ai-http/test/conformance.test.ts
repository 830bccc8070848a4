import { dialogueConformance } from '@portaria/test-kit/conformance/dialogue'
import { type AiFault, startAiServer } from '@portaria/test-kit/emulators/ai-server'
import { freePorts } from '@portaria/test-kit/free-ports'
import { afterAll, describe, it } from 'vitest'
import { dialogueOf } from './support.ts'

const healthy = await startAiServer()
const sick = await startAiServer({ form: 'ndjson' })
const [deadPort = 0] = await freePorts(1)

afterAll(async () => {
  await healthy[Symbol.asyncDispose]()
  await sick[Symbol.asyncDispose]()
})

type Told = { readonly retryable: boolean; readonly message?: RegExp }
const met = (title: string, told: Told, fault: AiFault) => ({
  title,
  ...told,
  make(signal: AbortSignal) {
    sick.misbehave(fault)
    const endless = fault.type === 'hang' || fault.type === 'never-ends'
    return dialogueOf({ url: sick.url, timeoutMs: endless ? 300 : 30_000 }, { signal })
  },
})
const body = (title: string, text: string, message: RegExp) =>
  met(title, { retryable: true, message }, { type: 'body', body: text })
const status = (code: number, told: Told) => met(`${code}`, told, { type: 'status', status: code })

const emptyFields =
  '{"content":{"mensagem":"","dados":{"apartment_number":null,"resident_name":"N/A"},"valid_for_action":false}}'

const faults = [
  status(401, { retryable: false, message: /plugins\.ai-http\.headers/u }),
  status(403, { retryable: false, message: /plugins\.ai-http\.headers/u }),
  status(404, { retryable: false, message: /AI_API_URL/u }),
  status(422, { retryable: false }),
  status(303, { retryable: false }),
  status(429, { retryable: true }),
  status(500, { retryable: true }),
  status(503, { retryable: true }),
  met('no answer', { retryable: true, message: /took more than 300 ms/u }, { type: 'hang' }),
  met('an endless answer', { retryable: true }, { type: 'never-ends' }),
  met('a lost connection', { retryable: true }, { type: 'drop', when: 'asked' }),
  met('half an answer', { retryable: true }, { type: 'drop', when: 'answering' }),
  body('an empty answer', '', /says nothing/u),
  body('an empty object', '{}', /says nothing/u),
  body('an empty message', '{"content":{"mensagem":"  "}}', /says nothing/u),
  body('dots', '{"content":{"mensagem":"... !?"}}', /says nothing/u),
  body('fields without anything in them', emptyFields, /says nothing/u),
  body('a page', '<html>oops</html>', /a page/u),
  body('garbage', 'não é JSON', /no JSON object/u),
  body('broken JSON', '{"content":{mensagem}}', /broken JSON/u),
  body('cut JSON', '{"content":{"mensagem":"Bom', /in the middle/u),
  body('a list', '[1, 2]', /no JSON object/u),
  body('a number as message', '{"content":{"mensagem":5}}', /content\.mensagem/u),
  body('a text as content', '{"content":"Bom dia"}', /content has a wrong type/u),
  body('10 MB of spaces', ' '.repeat(10_000_000), /1048576 bytes/u),
  body('10 MB of words', `{"content":"${'a'.repeat(10_000_000)}"}`, /1048576 bytes/u),
  {
    title: 'a server that is down',
    retryable: true,
    message: /nothing listens there/u,
    make: (signal: AbortSignal) =>
      dialogueOf({ url: `http://127.0.0.1:${deadPort}/messages` }, { signal }),
  },
]

describe('the dialogue by HTTP keeps the contract of a dialogue', () => {
  const make = (signal: AbortSignal) => dialogueOf({ url: healthy.url }, { signal })
  const leftOpen = () => healthy.pending + sick.pending
  it.each(dialogueConformance({ make, leftOpen, faults }))('$title', ({ run }) => run())
})
