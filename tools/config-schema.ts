/**
 * Writes docs/schema/portaria.config.schema.json, which editors use.
 * Run it after a change of the schema: `node tools/config-schema.ts`.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { configJsonSchema } from '../packages/core/src/config/config-json-schema.ts'

const folder = new URL('../docs/schema/', import.meta.url)
await mkdir(folder, { recursive: true })
await writeFile(
  new URL('portaria.config.schema.json', folder),
  `${JSON.stringify(configJsonSchema(), null, 2)}\n`,
)
