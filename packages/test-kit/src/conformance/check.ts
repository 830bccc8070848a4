import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import { isProviderError } from '@portaria/core/plugin'

/**
 * One promise of an interface. Any test runner can run it:
 * `it.each(ttsConformance({ make }))('$title', ({ run }) => run())` in vitest,
 * `for (const { title, run } of ttsConformance({ make })) test(title, run)` in node:test.
 */
export type Check = { readonly title: string; readonly run: () => Promise<void> }

/** A provider whose vendor misbehaves, and what its error must say of asking again. */
export type Fault<P> = {
  /** Such as `a wrong key`. */
  readonly title: string
  readonly retryable: boolean
  /** The error's message must match: a wrong key names the option that mends it. */
  readonly message?: RegExp
  readonly make: (signal: AbortSignal) => P | Promise<P>
}

export type ConformanceOptions<P> = {
  /**
   * The provider to be checked, for each check anew or one for all. `signal` aborts when the check is over: it is the
   * signal that a factory gets.
   */
  readonly make: (signal: AbortSignal) => P | Promise<P>
  readonly faults?: readonly Fault<P>[]
  /** What is still open at the vendor's side (sockets, requests): must come down to 0 after each check. */
  readonly leftOpen?: () => number
  /** How long anything may take that must end by itself. Default 10,000; more for models. */
  readonly limitMs?: number
}

const usualLimitMs = 10_000

/** What a check is given: a provider, the signal of one use of it, and a way to wait that does not wait for ever. */
export type Bench<P> = {
  readonly provider: P
  /** Of one use; what listens to it must have left when the check is over. */
  readonly use: AbortController
  /** Settles as `work` does; rejects when that takes longer than the limit, naming `what`. */
  readonly settled: <T>(work: PromiseLike<T>, what: string) => Promise<T>
}

/** The checks of a suite, and two ways to add to them. */
export type Checks<P> = {
  readonly checks: readonly Check[]
  readonly check: (title: string, body: (bench: Bench<P>) => Promise<void>) => void
  /** For each fault: `body` must fail within the limit, with a ProviderError as the fault tells. */
  readonly faults: (body: (bench: Bench<P>) => Promise<unknown>) => void
}

export function createChecks<P>(o: ConformanceOptions<P>): Checks<P> {
  const checks: Check[] = []
  const limitMs = o.limitMs ?? usualLimitMs

  async function settled<T>(work: PromiseLike<T>, what: string): Promise<T> {
    const late = Promise.withResolvers<never>()
    const fail = (): void => late.reject(new Error(`${what} did not settle within ${limitMs} ms`))
    const timer = setTimeout(fail, limitMs)
    try {
      return await Promise.race([work, late.promise])
    } finally {
      clearTimeout(timer)
    }
  }

  async function until(holds: () => boolean, what: () => string): Promise<void> {
    const deadlineMs = performance.now() + limitMs
    while (!holds()) {
      if (performance.now() > deadlineMs) throw new Error(what())
      await setImmediate()
    }
  }

  async function run(make: Fault<P>['make'], body: (bench: Bench<P>) => Promise<void>) {
    const life = new AbortController()
    const use = new AbortController()
    try {
      await body({ provider: await make(life.signal), use, settled })
      const listeners = (): number => getEventListeners(use.signal, 'abort').length
      await until(
        () => listeners() === 0,
        () =>
          `${listeners()} listeners were left at the signal: remove them, or give fetch AbortSignal.any([signal])`,
      )
      if (o.leftOpen === undefined) return
      const { leftOpen } = o
      await until(
        () => leftOpen() === 0,
        () => `${leftOpen()} were left open at the vendor`,
      )
    } finally {
      const over = new Error('the check is over')
      use.abort(over)
      life.abort(over)
    }
  }

  return {
    checks,
    check(title: string, body: (bench: Bench<P>) => Promise<void>): void {
      checks.push({ title, run: () => run(o.make, body) })
    },
    faults(body: (bench: Bench<P>) => Promise<unknown>): void {
      for (const fault of o.faults ?? []) {
        const title = `says that asking again ${fault.retryable ? 'may help' : 'does not help'} after ${fault.title}`
        const failing = async (bench: Bench<P>): Promise<void> => {
          const error = await failureOf(bench.settled(body(bench), fault.title))
          assert.ok(isProviderError(error), `it must be a ProviderError, not ${String(error)}`)
          assert.equal(error.retryable, fault.retryable, `retryable, of "${error.message}"`)
          if (fault.message !== undefined) assert.match(error.message, fault.message)
        }
        checks.push({ title, run: () => run(fault.make, failing) })
      }
    },
  }
}

/**
 * What `work` rejects with; an error of ours when it does not. Whatever must end is awaited by
 * `settled(failureOf(work))`: the other way round, that it never ends would be taken for a failure.
 */
export async function failureOf(work: PromiseLike<unknown>): Promise<unknown> {
  try {
    await work
  } catch (error) {
    return error
  }
  return new Error('nothing failed')
}

/** Bad input may be refused, but only in so many words: a ProviderError. */
export async function orRefused<T>(work: PromiseLike<T>): Promise<T | null> {
  try {
    return await work
  } catch (error) {
    assert.ok(isProviderError(error), `it must be a ProviderError, not ${String(error)}`)
    return null
  }
}

/** Texts that vendors, models and people really send. */
export const hardTexts: readonly string[] = [
  '',
  '   ',
  '...',
  'Sr. João & Filhos <break time="20s"/> "D\'Ávila"</speak>',
  'a\u0000b\u001B[31mc\u202Ed\r\ne\uD800',
  'palavra '.repeat(1_250),
  '😀 🚪',
]
