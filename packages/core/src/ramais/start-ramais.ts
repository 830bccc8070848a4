import type { Alarms } from '../alarms.ts'
import type { Settings } from '../config/config.ts'
import { orAbort } from '../abortable.ts'
import { ConfigError, messageOf } from '../errors.ts'
import type { RamalStore } from '../providers/ramal-store.ts'
import type { RamalStatus } from '../status.ts'
import { within } from '../within.ts'
import { readLastGood, readServedBefore } from './last-good.ts'
import { compatibilityRamal } from './ramal.ts'
import type { Controlled } from './ramal-control.ts'
import { createReadLoop } from './read-loop.ts'
import { type Applied, createRegistry, type Registry, type RegistryOptions } from './registry.ts'
import type { SourceTracker } from './source-status.ts'
import { watchStore } from './watch-store.ts'
import { createLastGoodWriter, type LastGoodWriter } from './write-last-good.ts'

/** The ramais of this daemon, following their source. */
export interface RunningRamais extends AsyncDisposable, Controlled {
  list(): readonly RamalStatus[]
  /** The condomínios that are served; the same object until they change. */
  condominiums(): ReadonlySet<number>
}

export type StartRamais = Omit<RegistryOptions, 'settings' | 'place' | 'before'> & {
  store: RamalStore
  settings: Settings
  source: SourceTracker
  alarms: Alarms
  /** The settings of condomínios may have changed. */
  onCondominiums(): void
  /** The store can be reached, for the first time or again. */
  onLinked(): void
  /** Default: 5 minutes, 5 s, 5 s and 15 s. */
  intervals?: {
    readonly safetyReadMs?: number
    readonly tendMs?: number
    readonly waitMs?: number
    readonly lostReadMs?: number
  }
}

/** A hint may be lost whatever we do: everything is read again this often. */
const safetyReadMs = 300_000
/** How often ports are looked after. */
const tendMs = 5_000
/** How long a start waits for a database. */
const waitMs = 5_000

/**
 * Serves what the store holds, and follows it. A file must be readable at the start (ConfigError), and one whose ramais
 * can all not be served is refused. A database need not be there: the last good configuration serves instead, or the
 * compatibility pair, and whatever comes later is applied.
 */
export async function startRamais(o: StartRamais): Promise<RunningRamais> {
  const { store, source, settings, log } = o
  await using started = new AsyncDisposableStack()
  const isWatched = store.watch !== undefined
  const before = isWatched ? await readServedBefore(settings.dataDir) : []
  const registry = started.use(createRegistry({ ...o, place: store.place, before }))
  const lastGood = isWatched ? started.use(lastGoodOf(o)) : null
  const autoRefreshMs =
    settings.autoRefreshSeconds === null ? Infinity : settings.autoRefreshSeconds * 1000
  const everyMs = isWatched
    ? Math.min(autoRefreshMs, o.intervals?.safetyReadMs ?? safetyReadMs)
    : autoRefreshMs
  const loop = started.use(
    createReadLoop({
      ...o,
      everyMs: everyMs === Infinity ? null : everyMs,
      ...(o.intervals?.lostReadMs === undefined ? {} : { lostReadMs: o.intervals.lostReadMs }),
      apply: (read) => registry.apply(read),
      isVanishing: (rows, ids) => registry.isVanishing(rows, ids),
      applied(applied) {
        serving(applied, o)
        lastGood?.write(registry.wished())
      },
    }),
  )
  if (store.watch === undefined) {
    await loop.refresh({ accept: false })
    refuseIfNoneServes(registry)
  } else {
    started.use(follow(store.watch.bind(store), { ...o, loop }))
    loop.hint(null)
    await within(Promise.race([loop.first, loop.hopeless]), o.intervals?.waitMs ?? waitMs)
    if (source.view().last_read_at === null) await serveInstead(registry, o)
  }
  const timer = setInterval(() => {
    registry.tend().catch((error: unknown) => {
      log.error({ error: messageOf(error) }, 'the ports of ramais could not be looked after')
    })
  }, o.intervals?.tendMs ?? tendMs)
  started.defer(() => clearInterval(timer))

  const running = started.move()
  return {
    list: () => registry.list(),
    condominiums: () => registry.condominiums(),
    async refresh({ acceptRemovals, signal }) {
      const { removed, updated, added, held, total_active } = await orAbort(
        loop.refresh({ accept: acceptRemovals }),
        signal,
      )
      return { removed, updated, added, held, total_active }
    },
    readNow: (ids) => loop.readNow(ids),
    restart: (match) => registry.restart(match),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

/** Watches the store until it is disposed. */
function follow(
  watch: NonNullable<RamalStore['watch']>,
  o: Omit<Parameters<typeof watchStore>[1], 'signal'>,
): AsyncDisposable {
  const watching = new AbortController()
  const watched = watchStore(watch, { ...o, signal: watching.signal })
  return {
    async [Symbol.asyncDispose]() {
      watching.abort()
      await watched
    },
  }
}

function lastGoodOf({ settings, alarms, log }: StartRamais): LastGoodWriter {
  return createLastGoodWriter({
    dataDir: settings.dataDir,
    log,
    onFailure(error) {
      if (error === null) alarms.clear('last-good-disk')
      else alarms.raise('last-good-disk', error.message)
    },
  })
}

/** The database cannot be read: what it said last serves, or the compatibility pair. */
async function serveInstead(registry: Registry, o: StartRamais): Promise<void> {
  const { rows, from, notices } = await readLastGood(o.settings.dataDir)
  for (const notice of notices) o.log.warn({}, notice)
  const applied = await registry.applyInstead(rows ?? [])
  if (applied === null) return
  if (applied.isCompatibility) {
    o.source.serving('compatibility')
    o.log.warn({}, `${o.store.place} cannot be read, and no last good configuration: ${pairServes}`)
    return
  }
  o.source.serving('last-good')
  o.log.warn({}, `${o.store.place} cannot be read: serving the last good configuration, ${from}`)
}

const pair = compatibilityRamal
const pairServes = `serving the compatibility pair, ramal ${pair.ramal_ia} on port ${pair.porta_ia} and ${pair.ramal_retorno} on port ${pair.porta_retorno}`

function serving({ isCompatibility }: Applied, { source, store, log }: StartRamais): void {
  const what = isCompatibility ? 'compatibility' : 'source'
  if (isCompatibility && source.view().serving !== what) {
    log.warn({}, `no ramal in ${store.place}: ${pairServes}`)
  }
  source.serving(what)
}

/** A doorman without a door is a mistake that somebody must see. */
function refuseIfNoneServes(registry: Registry): void {
  const rows = registry.list().filter(({ status }) => status !== 'invalido')
  const [first] = rows
  if (first === undefined || rows.some(({ status }) => status !== 'recusado')) return
  throw new ConfigError(first.motivo ?? 'no ramal can be served')
}
