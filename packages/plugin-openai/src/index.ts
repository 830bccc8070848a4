import { definePlugin } from '@portaria/core/plugin'
import { z } from 'zod'

/** OpenAI, and every server that speaks like it. */
export default definePlugin({ name: 'openai', options: z.strictObject({}) })
