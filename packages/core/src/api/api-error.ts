/** What a client did wrong: told as `{"status":"error","message":…}` with this HTTP status. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly statusCode: number

  constructor(statusCode: number, message: string) {
    super(message)
    this.statusCode = statusCode
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

/** Status and message for anything that was thrown while a request was served. */
export function describeFailure(error: unknown): { statusCode: number; message: string } {
  if (error instanceof ApiError) return error
  const code = (error as { statusCode?: unknown } | null)?.statusCode
  const statusCode = typeof code === 'number' && code >= 400 && code < 600 ? code : 500
  return {
    statusCode,
    message: messages[statusCode] ?? messages[statusCode < 500 ? 400 : 500] ?? '',
  }
}
