import { z } from 'zod'
import { configSchema } from './config-schema.ts'

/** The parts of a JSON schema's object that are read here. */
export type SchemaNode = {
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly additionalProperties?: boolean | SchemaNode
}

/** The schema of the configuration as JSON Schema, for editors. */
export function configJsonSchema(): SchemaNode {
  return z.toJSONSchema(configSchema, { io: 'input' }) as SchemaNode
}
