import { z } from 'zod'
import { answerSchemas } from './answer-schemas.ts'
import { bodySchemas, type Operation, operations } from './operations.ts'

/** A JSON Schema (2020-12), as far as it is read here. */
export type JsonSchema = {
  readonly $ref?: string
  readonly description?: string
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly format?: string
  readonly default?: unknown
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly items?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
}

type Content = Readonly<Record<string, { readonly schema: JsonSchema; readonly example?: object }>>

export type OpenApiOperation = {
  readonly summary: string
  readonly description?: string
  readonly parameters?: readonly {
    readonly name: string
    readonly in: 'path' | 'query' | 'header'
    readonly required: boolean
    readonly description: string
    readonly schema: JsonSchema
  }[]
  readonly requestBody?: { readonly required: boolean; readonly content: Content }
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly content: Content }>
  >
  readonly security?: readonly object[]
}

/** https://spec.openapis.org/oas/v3.1.1.html */
export type OpenApiDocument = {
  readonly openapi: '3.1.1'
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly servers: readonly { readonly url: string }[]
  readonly security: readonly object[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>
    readonly securitySchemes: object
  }
}

const failures: Readonly<Record<number, string>> = {
  400: 'A field is missing or wrong: the message names each',
  401: 'The token is missing or wrong',
  403: 'A foreign Host or Origin; of rows also a privilege that the role lacks: the message names it',
  404: 'Nothing has this id or number',
  409: 'The database refuses the row, or ramais are edited elsewhere: the message says where',
  413: 'The body is larger than 64 KB',
  415: 'The body is not application/json',
  500: 'A fault of Portaria: see its log',
  503: 'Not now: try again after Retry-After',
}

function refTo(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` }
}

/** `z.int()` says its safe bounds, which tell a reader nothing. */
function withoutSafeBounds({
  jsonSchema,
}: {
  jsonSchema: { minimum?: unknown; maximum?: unknown }
}) {
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
}

const options = { io: 'input', override: withoutSafeBounds } as const

function componentSchemas(): Record<string, JsonSchema> {
  const registry = z.registry<{ id: string }>()
  for (const [id, schema] of Object.entries({ ...answerSchemas, ...bodySchemas })) {
    registry.add(schema, { id })
  }
  const { schemas } = z.toJSONSchema(registry, {
    ...options,
    uri: (id) => `#/components/schemas/${id}`,
  })
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => {
      const { ...own }: Record<string, unknown> = schema
      // The document says both for all of them.
      delete own['$id']
      delete own['$schema']
      return [name, own as JsonSchema]
    }),
  )
}

function parametersOf({ id, query, path }: Operation): OpenApiOperation['parameters'] {
  const inPath =
    id === undefined
      ? []
      : [
          {
            name: 'id',
            in: 'path' as const,
            required: true,
            description: id,
            schema: { type: 'string' },
          },
        ]
  const { properties = {} } = (
    query === undefined ? {} : z.toJSONSchema(query, options)
  ) as JsonSchema
  const inQuery = Object.entries(properties).map(([name, { description = '', ...schema }]) => ({
    name,
    in: 'query' as const,
    required: false,
    description,
    schema,
  }))
  const afterEvent =
    path === '/api/events'
      ? (['header', 'query'] as const).map((where) => ({
          name: where === 'header' ? 'Last-Event-ID' : 'lastEventId',
          in: where,
          required: false,
          description: 'Begin after this event',
          schema: { type: 'integer' },
        }))
      : []
  return [...inPath, ...inQuery, ...afterEvent]
}

function responsesOf({ answer, notReady, ...operation }: Operation): OpenApiOperation['responses'] {
  const open = operation.path === '/healthz'
  const statuses = [...(operation.failures ?? []), ...(open ? [] : [401]), 403, 500]
  const failed = statuses.map((status) => [
    status,
    {
      description: failures[status] ?? '',
      content: { 'application/json': { schema: refTo('Failure') } },
    },
  ])
  const schema = answer.schema === undefined ? {} : refTo(answer.schema)
  return Object.fromEntries([
    [
      answer.status,
      {
        description: answer.description,
        content: { [answer.type ?? 'application/json']: { schema } },
      },
    ],
    ...(notReady
      ? [
          [
            503,
            {
              description: 'Not yet',
              content: { 'application/json': { schema: refTo('NotReady') } },
            },
          ],
        ]
      : []),
    ...failed,
  ]) as OpenApiOperation['responses']
}

function describeOperation(operation: Operation): OpenApiOperation {
  const { summary, details, body } = operation
  const parameters = parametersOf(operation) ?? []
  return {
    summary,
    ...(details === undefined ? {} : { description: details }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: body.optional !== true,
            content: {
              'application/json': { schema: refTo(body.schema), example: body.example },
            },
          },
        }),
    responses: responsesOf(operation),
    ...(operation.path === '/healthz' ? { security: [] } : {}),
  }
}

/** The API as OpenAPI 3.1: its schemas are those that check requests. */
export function openApiDocument({ version }: { version: string }): OpenApiDocument {
  const paths: Record<string, Record<string, OpenApiOperation>> = {}
  for (const operation of operations) {
    const path = (paths[operation.path] ??= {})
    path[operation.method] = describeOperation(operation)
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Portaria',
      version,
      description:
        'The HTTP API of Portaria, an AI doorman for Asterisk. Every failure is {"status":"error","message":…}. Times are ISO 8601.',
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }, {}],
    paths,
    components: {
      schemas: componentSchemas(),
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'API_TOKEN, where one is set' },
      },
    },
  }
}
