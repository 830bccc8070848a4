import { definePlugin } from '@portaria/core/plugin'
import { z } from 'zod'
import { createRulesDialogue } from './rules-dialogue.ts'

/** The dialogue that needs no model and no network: words and keypad, by fixed rules. */
export default definePlugin({
  name: 'rules',
  options: z.strictObject({}),
  dialogue: () => createRulesDialogue(),
})
