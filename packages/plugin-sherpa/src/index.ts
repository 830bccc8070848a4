import { definePlugin } from '@portaria/core/plugin'
import { z } from 'zod'
import { version } from './version.ts'

/** sherpa-onnx: recognition and voices on this machine, without network or key. */
export default definePlugin({ name: 'sherpa', version, options: z.strictObject({}) })
