/**
 * Portaria's three kinds of expected failure; anything else is a bug.
 * Branded with `Symbol.for`, because `instanceof` fails when two copies of core are loaded.
 */
const brand: unique symbol = Symbol.for('portaria.error') as never

/** A mistake that the user can mend. The message says what is wrong, where, and how to mend it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly [brand] = 'config'
}

/** The peer broke the protocol: its connection is closed, nobody else is affected. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError'
  readonly [brand] = 'protocol'
}

/** A provider failed. `retryable` says whether the same request may succeed a moment later. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError'
  readonly [brand] = 'provider'
  readonly provider: string
  readonly retryable: boolean

  constructor(provider: string, message: string, o: { retryable?: boolean; cause?: unknown } = {}) {
    super(message, o.cause === undefined ? {} : { cause: o.cause })
    this.provider = provider
    this.retryable = o.retryable ?? false
  }
}

function isBranded(error: unknown, kind: string): boolean {
  return error instanceof Error && (error as { [brand]?: unknown })[brand] === kind
}

export function isConfigError(error: unknown): error is ConfigError {
  return isBranded(error, 'config')
}

export function isProtocolError(error: unknown): error is ProtocolError {
  return isBranded(error, 'protocol')
}

export function isProviderError(error: unknown): error is ProviderError {
  return isBranded(error, 'provider')
}

/** What a person can read of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
