import { definePlugin } from '@portaria/core/plugin'
import { z } from 'zod'

const options = z.strictObject({})

/** The provider containers of Agent Voice Response. */
export default definePlugin({ name: 'avr', options })
