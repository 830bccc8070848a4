import { dialogueConformance } from '@portaria/test-kit/conformance/dialogue'
import { describe, it } from 'vitest'
import { createRulesDialogue } from '../src/rules-dialogue.ts'

describe('the rules keep the contract of a dialogue', () => {
  it.each(dialogueConformance({ make: createRulesDialogue, repeatable: true }))(
    '$title',
    ({ run }) => run(),
  )
})
