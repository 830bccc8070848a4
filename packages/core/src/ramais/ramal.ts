/** One extension: a visitor's port (`porta_ia`) and a resident's (`porta_retorno`). Names are the legacy file's. */
export type Ramal = {
  readonly id: number
  readonly ramal_ia: string
  readonly ramal_retorno: string
  /** Where Asterisk connects to; listened on only when it is an address of this machine. */
  readonly ip_servidor: string
  readonly porta_ia: number
  /** null: the row has none, any free port does. */
  readonly porta_retorno: number | null
  readonly condominio_id: number
  /** CIDRs that may connect; absent: the daemon's. */
  readonly allow?: readonly string[]
}

/** The pair that is served when nothing is configured. */
export const compatibilityRamal: Ramal = {
  id: 1,
  ramal_ia: '1000',
  ramal_retorno: '1001',
  ip_servidor: '127.0.0.1',
  porta_ia: 8080,
  porta_retorno: 8081,
  condominio_id: 1,
}

/** What a file or a table holds: good rows, and bad ones with the reason. */
export type RamalRows = {
  readonly ramais: readonly Ramal[]
  readonly invalid: readonly { readonly row: unknown; readonly reason: string }[]
}
