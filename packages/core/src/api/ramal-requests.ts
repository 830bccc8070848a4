import { z } from 'zod'
import type { RamalDraft } from '../providers/ramal-store.ts'
import { parseRamal } from '../ramais/parse-ramal.ts'
import { compatibilityRamal } from '../ramais/ramal.ts'
import { ApiError } from './api-error.ts'
import { parseRequest } from './parse-request.ts'

/** A `char(50)` of the table. */
const longest = 50
/** An `integer` of the table. */
const largestId = 2_147_483_647

/** A number, or a text of its digits, as the table holds them. */
function digits(o: { min: number; max: number }) {
  const number = z.int().min(o.min).max(o.max)
  const text = z
    .string()
    .regex(/^\s*\d{1,15}\s*$/)
    .transform(Number)
    .pipe(number)
  return z.union([number, text])
}

/** A text that would be a good `key` in a row of the table. */
function textOf(key: 'ramal_ia' | 'ramal_retorno' | 'ip_servidor') {
  return z
    .string()
    .trim()
    .max(longest)
    .refine((value) => 'ramal' in parseRamal({ ...compatibilityRamal, [key]: value }))
}

function extensionNumber(key: 'ramal_ia' | 'ramal_retorno') {
  return z.union([z.int().min(0).transform(String), textOf(key)])
}

const id = digits({ min: 0, max: largestId })
const port = digits({ min: 1, max: 65_535 })

const fields = {
  ramal_ia: extensionNumber('ramal_ia').describe(
    "The visitor's extension: up to 50 digits or letters, . + * # -",
  ),
  ramal_retorno: extensionNumber('ramal_retorno').describe("The resident's extension"),
  ip_servidor: textOf('ip_servidor').describe(
    'Where Asterisk connects to: an IP address or a host name. Of another machine, or 0.0.0.0: listened on at AUDIOSOCKET_BIND',
  ),
  porta_ia: port.describe("The visitor's port, 1 to 65535"),
  porta_retorno: port.nullable().describe("The resident's port; null: any free one"),
  condominio_id: id.describe('The condomínio, by its id'),
}

const portsDiffer = (ports: { porta_ia?: unknown; porta_retorno?: unknown }): boolean =>
  ports.porta_ia === undefined || ports.porta_ia !== ports.porta_retorno

const whenObject = {
  when: ({ value }: { value: unknown }) => typeof value === 'object' && value !== null,
}

/** The body of `POST /api/extensions`. */
export const ramalDraft = z
  .strictObject(fields)
  .refine(portsDiffer, { path: ['portas'], ...whenObject })

const { exactOptional } = z

/** The body of `PATCH /api/extensions/:id`. */
export const ramalChange = z
  .strictObject({
    ramal_ia: exactOptional(fields.ramal_ia),
    ramal_retorno: exactOptional(fields.ramal_retorno),
    ip_servidor: exactOptional(fields.ip_servidor),
    porta_ia: exactOptional(fields.porta_ia),
    porta_retorno: exactOptional(fields.porta_retorno),
    condominio_id: exactOptional(fields.condominio_id),
  })
  .refine(portsDiffer, { path: ['portas'], ...whenObject })
  .refine((change) => Object.keys(change).length > 0, { path: ['nada'] })

/** The body of `POST /api/refresh`; there may be none. */
export const refreshBody = z.object({
  accept_removals: z
    .boolean()
    .default(false)
    .describe('Let go of ramais that were held because many vanished at once'),
})

/** The body of `POST /api/restart`; with both, the id counts. */
export const restartBody = z.union([
  z.object({ extension_id: id.describe('The id of the ramal') }),
  z.object({
    ramal: z
      .union([z.int().min(0).transform(String), z.string().trim().min(1).max(longest)])
      .describe("The visitor's extension"),
  }),
])

const extension = 'deve ser um número de ramal: até 50 dígitos ou letras, sem espaços'
const remedies = {
  ramal_ia: `ramal_ia ${extension}`,
  ramal_retorno: `ramal_retorno ${extension}`,
  ip_servidor: 'ip_servidor deve ser um endereço IP ou um nome, com até 50 caracteres',
  porta_ia: 'porta_ia deve ser uma porta de 1 a 65535',
  porta_retorno: 'porta_retorno deve ser uma porta de 1 a 65535, ou null para qualquer porta livre',
  condominio_id: `condominio_id deve ser um número inteiro de 0 a ${largestId}`,
  portas: 'porta_ia e porta_retorno devem ser diferentes',
  nada: `nada a mudar: envie um ou mais de ${Object.keys(fields).join(', ')}`,
  accept_removals: 'accept_removals deve ser true ou false',
}

export function parseRamalDraft(body: unknown): RamalDraft {
  const otherwise = `O corpo deve ser um objeto JSON com ${Object.keys(fields).join(', ')}`
  return parseRequest(ramalDraft, body, { remedies, otherwise })
}

/** `now`: the ports that the row has, where it is known. */
export function parseRamalChange(
  body: unknown,
  now: Pick<RamalDraft, 'porta_ia' | 'porta_retorno'> | null,
): Partial<RamalDraft> {
  const otherwise = 'O corpo deve ser um objeto JSON com o que muda'
  const change = parseRequest(ramalChange, body, { remedies, otherwise })
  if (!portsDiffer({ ...now, ...change })) throw new ApiError(400, remedies.portas)
  return change
}

export function parseRefreshBody(body: unknown): { acceptRemovals: boolean } {
  const otherwise = 'O corpo, se houver, deve ser um objeto JSON: {"accept_removals":true}'
  const { accept_removals } = parseRequest(refreshBody, body ?? {}, { remedies, otherwise })
  return { acceptRemovals: accept_removals }
}

export function parseRestartBody(body: unknown): { ramal: string } | { id: number } {
  const otherwise = 'ramal ou extension_id é obrigatório: {"ramal":"1003"} ou {"extension_id":3}'
  const which = parseRequest(restartBody, body ?? {}, { remedies: {}, otherwise })
  return 'ramal' in which ? which : { id: which.extension_id }
}

/** The id in the path of a row; a text that is none finds no row. */
export function parseRamalId(text: string): number | null {
  const parsed = id.safeParse(text)
  return parsed.success ? parsed.data : null
}
