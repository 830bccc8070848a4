import { isProviderError } from '../errors.ts'
import { isEditRefused } from '../providers/ramal-store.ts'

/** What a client is told went wrong: `{"status":"error","message":…}` with this HTTP status. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>

  constructor(statusCode: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message)
    this.statusCode = statusCode
    this.headers = headers
  }
}

const messages: Readonly<Record<number, string>> = {
  400: 'Requisição inválida: o corpo deve ser JSON',
  404: 'Rota não encontrada',
  408: 'Requisição incompleta: tempo esgotado',
  413: 'Corpo grande demais: o limite é 64 KB',
  414: 'Endereço longo demais',
  415: 'Tipo de conteúdo não aceito: envie Content-Type: application/json',
  431: 'Cabeçalhos grandes demais',
  500: 'Erro interno: veja o log',
}

const soon = { 'retry-after': '5' }

/** What a client is told of anything that was thrown while its request was served. */
export function describeFailure(error: unknown): ApiError {
  if (error instanceof ApiError) return error
  if (isEditRefused(error)) {
    const remedy =
      error.why === 'forbidden'
        ? 'O banco de dados não permite esta escrita'
        : 'O banco de dados recusou esta mudança'
    return new ApiError(error.why === 'forbidden' ? 403 : 409, `${remedy}: ${error.message}`)
  }
  if (isProviderError(error)) {
    const message = `A fonte dos ramais não responde agora (${error.message}); os ramais continuam atendendo. Tente de novo em alguns segundos`
    return new ApiError(503, message, soon)
  }
  if (error instanceof Error && error.name === 'TimeoutError') {
    const message =
      'A fonte dos ramais não respondeu a tempo: veja em /api/status se a mudança foi feita'
    return new ApiError(503, message, soon)
  }
  const code = (error as { statusCode?: unknown } | null)?.statusCode
  const statusCode = typeof code === 'number' && code >= 400 && code < 600 ? code : 500
  const message = messages[statusCode] ?? messages[statusCode < 500 ? 400 : 500] ?? ''
  return new ApiError(statusCode, message)
}
