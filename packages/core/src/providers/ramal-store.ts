import type { CallHistory } from './call-history.ts'

/**
 * Where ramais are written by others and read by Portaria. The store is the truth; what `watch` tells is a hint to
 * read again. Rows are untrusted: core parses them (`parse-ramal.ts`), in the shape of the legacy file:
 * `{id, ramal_ia, ramal_retorno, ip_servidor, porta_ia, porta_retorno, condominio_id}`, ports as numbers or texts,
 * `porta_retorno` null where the row has none.
 */
export interface RamalStore extends Partial<AsyncDisposable> {
  /** Where it is, for people and logs: no password in it. */
  readonly place: string
  /** The whole connection string, for `run.json` (0600) only; null where there is none. */
  readonly url: string | null
  /** Every row. Rejects with a ProviderError while the store cannot be read. */
  list(o: { signal: AbortSignal }): Promise<readonly unknown[]>
  /** The rows of these ids that exist. */
  get(ids: readonly number[], o: { signal: AbortSignal }): Promise<readonly unknown[]>
  /**
   * Hints, for ever: reconnects by itself, never throws but for the signal. Absent: nobody tells (a file). The first
   * `live` comes when listening has begun: a full read after it misses nothing.
   */
  watch?(o: { signal: AbortSignal }): AsyncIterable<StoreHint>
  /** Absent: rows are edited elsewhere (a file). Rejects with an EditRefused. */
  readonly edit?: RamalEdit
  /** Absent: calls are kept in memory only. */
  readonly history?: CallHistory
  /** Absent: condomínios are described in the configuration only. */
  readonly condominiums?: {
    /** `{condominium_id, name, language, voice, greeting, gate_name, ai_url, policies, retention_days}`, null where not said; untrusted. */
    list(o: { signal: AbortSignal }): Promise<readonly unknown[]>
  }
}

export type StoreHint =
  /** These rows may have changed. `toldAt`: when, by the store's clock, where it says so (ISO 8601). */
  | { readonly type: 'changed'; readonly ids: readonly number[]; readonly toldAt?: string }
  /** Something may have changed: read everything. */
  | { readonly type: 'doubt'; readonly why: string }
  | { readonly type: 'condominiums' }
  /** A notification that names no row (plain text, forged): nothing is read, it is counted. */
  | { readonly type: 'ignored'; readonly why: string }
  | { readonly type: 'link'; readonly state: 'live' | 'polling' | 'lost'; readonly why?: string }

/** What may be written of a row; `id` is the store's to give. */
export type RamalDraft = {
  readonly ramal_ia: string
  readonly ramal_retorno: string
  readonly ip_servidor: string
  readonly porta_ia: number
  readonly porta_retorno: number | null
  readonly condominio_id: number
}

export interface RamalEdit {
  /** Resolves with the id of the new row. */
  create(row: RamalDraft, o: { signal: AbortSignal }): Promise<number>
  /** `missing`: no row has this id. */
  change(
    id: number,
    change: Partial<RamalDraft>,
    o: { signal: AbortSignal },
  ): Promise<'changed' | 'missing'>
  remove(id: number, o: { signal: AbortSignal }): Promise<'removed' | 'missing'>
}

const brand: unique symbol = Symbol.for('portaria.edit-refused') as never

/** The store does not let this role write, or a constraint of its own is against the row. */
export class EditRefused extends Error {
  override readonly name = 'EditRefused'
  readonly [brand] = true
  readonly why: 'forbidden' | 'conflict'

  constructor(why: 'forbidden' | 'conflict', message: string, o: { cause?: unknown } = {}) {
    super(message, o)
    this.why = why
  }
}

export function isEditRefused(error: unknown): error is EditRefused {
  return error instanceof Error && (error as { [brand]?: unknown })[brand] === true
}
