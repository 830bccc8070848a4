import fastify from 'fastify'
import type { JsonSchema } from '../../src/api/openapi.ts'

/** A schema that knows no key but its own, so that nothing is answered that is not documented. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (typeof schema !== 'object' || schema === null) return schema
  const inner = Object.fromEntries(Object.entries(schema).map(([key, each]) => [key, closed(each)]))
  return 'properties' in schema ? { ...inner, additionalProperties: false } : inner
}

/** Judges values by the document, with Ajv (which comes with Fastify) and not with what made it. */
export async function createJudge(schemas: Readonly<Record<string, JsonSchema>>) {
  const app = fastify({
    ajv: {
      customOptions: {
        strict: false,
        coerceTypes: false,
        removeAdditional: false,
        useDefaults: false,
        allErrors: true,
      },
    },
  })
  app.post('/', { schema: { body: {} } }, () => null)
  await app.ready()
  return (schema: JsonSchema, value: unknown): unknown => {
    const whole = { ...schema, components: closed({ schemas }) }
    const validate = app.validatorCompiler?.({ schema: whole, method: '', url: '' })
    if (validate === undefined) throw new Error('Fastify has no validator')
    return validate(value) === true ? 'valid' : (validate as { errors?: unknown }).errors
  }
}
