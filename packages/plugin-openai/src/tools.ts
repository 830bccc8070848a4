import type { ChatCompletionFunctionTool } from 'openai/resources/chat/completions'
import { intents } from './plausible-facts.ts'

const text = (description: string) => ({ type: 'string', description })

const visit = {
  type: 'object',
  properties: {
    intentType: { type: 'string', enum: intents, description: 'why the visitor came' },
    visitorName: text('who the visitor is'),
    residentName: text('whom the visitor wants, if they said a name'),
    unit: text('apartment or house, such as 501'),
    block: text('block or tower, such as B'),
    forget: {
      type: 'array',
      items: {
        type: 'string',
        enum: ['intentType', 'visitorName', 'residentName', 'unit', 'block'],
      },
      description: 'what the visitor took back',
    },
    ready: {
      type: 'boolean',
      description: 'the destination is known and no question is left: the resident can be called',
    },
  },
  required: ['ready'],
  additionalProperties: false,
}

const none = { type: 'object', properties: {}, additionalProperties: false }

function toolOf(name: string, description: string, parameters: object): ChatCompletionFunctionTool {
  return { type: 'function', function: { name, description, parameters: { ...parameters } } }
}

/** What a model may do besides speaking. None of it opens anything. */
export const tools: ChatCompletionFunctionTool[] = [
  toolOf(
    'visit',
    'Notes what the visitor said about the visit. Leave out what was not said.',
    visit,
  ),
  toolOf('hand_over', 'Passes the visitor to a human.', none),
  toolOf('hang_up', 'Ends the call, after a goodbye.', none),
]
