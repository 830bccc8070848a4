import type { JsonSchema, OpenApiDocument, OpenApiOperation } from './openapi.ts'

const style = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222; background: #fff }
h2 { margin-top: 2.5rem; border-top: 1px solid #ccc; padding-top: 1rem }
h2 code, nav code { font-size: 1em }
.method { display: inline-block; min-width: 4.5rem; font-weight: 700 }
pre { background: #f4f4f4; padding: .75rem; overflow-x: auto; border-radius: 4px }
table { border-collapse: collapse; width: 100% }
td, th { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #ddd }
nav ul { list-style: none; padding: 0 }
@media (prefers-color-scheme: dark) { body { color: #ddd; background: #181818 } pre { background: #262626 } a { color: #8ab4f8 } }
`

const marks: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (mark) => marks[mark] ?? '')
}

function refLink(ref: string): string {
  const name = escape(ref.slice(ref.lastIndexOf('/') + 1))
  return `<a href="#${name}">${name}</a>`
}

/** `integer`, `"a" | "b"`, `[Call]`: the type in a few words, as HTML. */
function typeOf(schema: JsonSchema, indent: string): string {
  const { $ref, type, items, properties } = schema
  if ($ref !== undefined) return refLink($ref)
  if (schema.const !== undefined) return escape(JSON.stringify(schema.const))
  if (schema.enum !== undefined) {
    return schema.enum.map((value) => escape(JSON.stringify(value))).join(' | ')
  }
  const either = schema.anyOf ?? schema.oneOf
  if (either !== undefined) return either.map((each) => typeOf(each, indent)).join(' | ')
  if (items !== undefined) return `[${typeOf(items, indent)}]`
  if (properties !== undefined) return shapeOf(schema, indent)
  if (schema.format === 'date-time') return type === 'string' ? 'time' : 'time | null'
  return escape(typeof type === 'string' ? type : (type ?? ['anything']).join(' | '))
}

/** An object with a line for each key, optional ones with `?`, as HTML for a `<pre>`. */
function shapeOf({ properties = {}, required = [] }: JsonSchema, indent = ''): string {
  const inner = `${indent}  `
  const lines = Object.entries(properties).map(([key, schema]) => {
    const mark = required.includes(key) ? '' : '?'
    const note = schema.description === undefined ? '' : `  <i>// ${escape(schema.description)}</i>`
    return `${inner}${escape(key)}${mark}: ${typeOf(schema, inner)}${note}`
  })
  return `{\n${lines.join('\n')}\n${indent}}`
}

type Row = readonly (string | undefined)[]

/** Cells are HTML. */
function table(head: Row, rows: readonly Row[]): string {
  const cells = (row: Row, tag: string) => row.map((cell) => `<${tag}>${cell}</${tag}>`).join('')
  return `<table><tr>${cells(head, 'th')}</tr>${rows.map((row) => `<tr>${cells(row, 'td')}</tr>`).join('')}</table>`
}

function curlOf(path: string, method: string, example: object | undefined): string {
  const verb = method === 'get' ? '' : ` -X ${method.toUpperCase()}`
  const body =
    example === undefined
      ? ''
      : ` -H 'Content-Type: application/json' -d '${JSON.stringify(example)}'`
  return `curl${verb} http://127.0.0.1:8082${path}${body}`
}

function anchorOf(path: string, method: string): string {
  return `${method}${path.replace(/[^a-z]+/g, '-')}`
}

function operationSection(path: string, method: string, operation: OpenApiOperation): string {
  const { parameters = [], requestBody, responses } = operation
  const body = requestBody?.content['application/json']
  const answers = Object.entries(responses).map(([status, { description, content }]) => {
    const [[type, { schema }] = ['', { schema: {} }]] = Object.entries(content)
    return [
      status,
      escape(description),
      schema.$ref === undefined ? escape(type) : refLink(schema.$ref),
    ]
  })
  return [
    `<h2 id="${anchorOf(path, method)}"><span class="method">${method.toUpperCase()}</span> <code>${escape(path)}</code></h2>`,
    `<p>${escape(operation.summary)}. ${escape(operation.description ?? '')}</p>`,
    `<pre>${escape(curlOf(path, method, body?.example))}</pre>`,
    parameters.length === 0
      ? ''
      : table(
          ['parameter', 'in', 'type', ''],
          parameters.map((each) => [
            `<code>${escape(each.name)}</code>`,
            each.in,
            typeOf(each.schema, ''),
            escape(each.description),
          ]),
        ),
    body === undefined
      ? ''
      : `<p>Body${requestBody?.required === true ? '' : ' (may be absent)'}: ${typeOf(body.schema, '')}</p>`,
    table(['status', '', 'answer'], answers),
  ].join('\n')
}

/** The document as a page for people, whole in itself: no script, nothing from elsewhere. */
export function docsPage(document: OpenApiDocument): string {
  const { info, paths, components } = document
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  const contents = all.map(
    ({ path, method, operation }) =>
      `<li><a href="#${anchorOf(path, method)}"><span class="method">${method.toUpperCase()}</span> <code>${escape(path)}</code></a> ${escape(operation.summary)}</li>`,
  )
  const schemas = Object.entries(components.schemas).map(
    ([name, schema]) =>
      `<h2 id="${escape(name)}">${escape(name)}</h2><p>${escape(schema.description ?? '')}</p><pre>${typeOf(schema, '')}</pre>`,
  )
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escape(info.title)} ${escape(info.version)}: HTTP API</title><style>${style}</style></head>
<body><h1>${escape(info.title)} ${escape(info.version)}: HTTP API</h1>
<p>${escape(info.description)} For tools: <a href="/api/docs/openapi.json">OpenAPI 3.1</a>.
Where API_TOKEN is set, every route but /healthz needs <code>Authorization: Bearer &lt;API_TOKEN&gt;</code>.</p>
<nav><ul>${contents.join('\n')}</ul></nav>
${all.map(({ path, method, operation }) => operationSection(path, method, operation)).join('\n')}
${schemas.join('\n')}
</body></html>
`
}
