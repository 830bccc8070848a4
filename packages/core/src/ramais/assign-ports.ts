import type { Ramal } from './ramal.ts'

/** The ports that a ramal really listens on. */
export type Ports = { readonly porta_ia: number; readonly porta_retorno: number }

export type Assignment =
  | {
      readonly ports: Ports
      /** Why it listens elsewhere than wished, for people; null when it does not. */
      readonly moved: string | null
    }
  | { readonly refused: string }

export type AssignPorts = {
  /** Every ramal that should be served; each id once. */
  readonly ramais: readonly Ramal[]
  /** The effective ports of those that run. */
  readonly current: ReadonlyMap<number, Ports>
  /** Ports that no ramal may have now, and who has them: 'the HTTP API', 'another program'. */
  readonly taken: ReadonlyMap<number, string>
  /** Whether a ramal may leave its ports for its wish: nobody talks on it, or its wish is new. */
  readonly mayMoveBack: (id: number) => boolean
}

/** One of the two ports of a ramal. */
type Door = {
  readonly ramal: Ramal
  readonly name: keyof Ports
  readonly wish: number | null
  readonly current: number | null
  port: number | null
}

/**
 * Gives every ramal its two ports, or refuses it: both or neither. The result depends on the
 * arguments only.
 *
 * - A wished port belongs to the lowest id that wishes it, whoever listens on it now.
 * - Its owner gets it, unless it is taken. A ramal that runs on a higher port instead stays there
 *   until its wish is free and it may move back.
 * - Else a port is the next one upward from the wish that no ramal wishes or holds and that is not
 *   taken. Only the port in conflict moves; the other one stays as wished.
 * - A return port of null wishes nothing: the first such port above `porta_ia`, kept while it runs.
 */
export function assignPorts(o: AssignPorts): ReadonlyMap<number, Assignment> {
  const pairs = [...o.ramais].sort((a, b) => a.id - b.id).map((ramal) => pairOf(ramal, o.current))
  const doors = pairs.flat()
  const owners = ownersOf(doors)
  const used = new Set<number>()
  for (const door of doors) {
    door.port = settled(door, owners, used, o)
    if (door.port !== null) used.add(door.port)
  }
  const held = [...o.current.values()].flatMap((ports) => [ports.porta_ia, ports.porta_retorno])
  const free = freePorts([...owners.keys(), ...o.taken.keys(), ...used, ...held])
  return new Map(pairs.map((pair) => [pair[0].ramal.id, assigned(pair, free, owners, o.taken)]))
}

function pairOf(ramal: Ramal, running: AssignPorts['current']): [Door, Door] {
  const ports = running.get(ramal.id)
  const door = (name: keyof Ports): Door => {
    return { ramal, name, wish: ramal[name], current: ports?.[name] ?? null, port: null }
  }
  return [door('porta_ia'), door('porta_retorno')]
}

type Owners = ReadonlyMap<number, Door>

/** `doors` in id order. */
function ownersOf(doors: readonly Door[]): Owners {
  const owners = new Map<number, Door>()
  for (const door of doors) {
    if (door.wish !== null && !owners.has(door.wish)) owners.set(door.wish, door)
  }
  return owners
}

/** The port that a door is granted or keeps; null when one has to be searched. */
function settled(
  door: Door,
  owners: Owners,
  used: ReadonlySet<number>,
  o: AssignPorts,
): number | null {
  const { wish, current } = door
  const isGranted = wish !== null && owners.get(wish) === door && !o.taken.has(wish)
  // A port below the wish was never found by searching upward from it: the wish has changed since.
  const isFromWish = current !== null && (wish === null || current > wish)
  const isKept = isFromWish && !owners.has(current) && !o.taken.has(current) && !used.has(current)
  if (isGranted && !(isKept && !o.mayMoveBack(door.ramal.id))) return wish
  return isKept ? current : null
}

const highestPort = 65_535

type FreePorts = {
  /** The first free port from `port` upward, or null. */
  from(port: number): number | null
  take(port: number): void
}

/** Each busy port points upward to where a free one may be (a disjoint set): 10,000 searches from one port stay cheap. */
function freePorts(busy: Iterable<number>): FreePorts {
  const next = new Map<number, number>()
  const at = (port: number): number => next.get(port) ?? port
  const from = (port: number): number | null => {
    let free = port
    while (at(free) !== free) free = at(free)
    for (let step = port; step !== free;) {
      const after = at(step)
      next.set(step, free)
      step = after
    }
    return free > highestPort ? null : free
  }
  const take = (port: number): void => {
    next.set(port, port + 1)
  }
  for (const port of busy) if (at(port) === port) take(port)
  return { from, take }
}

function assigned(
  pair: readonly [Door, Door],
  free: FreePorts,
  owners: Owners,
  taken: AssignPorts['taken'],
): Assignment {
  const [ia, retorno] = pair
  const porta_ia = ia.port ?? free.from(ia.ramal.porta_ia)
  if (porta_ia === null) return noneFrom(ia.ramal.porta_ia, 'porta_ia')
  const lowest = retorno.wish ?? ia.ramal.porta_ia + 1
  const first = retorno.port ?? free.from(lowest)
  const porta_retorno = first === porta_ia ? free.from(first + 1) : first
  if (porta_retorno === null) return noneFrom(lowest, 'porta_retorno')
  if (ia.port === null) free.take(porta_ia)
  if (retorno.port === null) free.take(porta_retorno)
  const ports = { porta_ia, porta_retorno }
  return { ports, moved: whyMoved(pair, ports, owners, taken) }
}

function noneFrom(port: number, name: keyof Ports): Assignment {
  return {
    refused: `no port from ${port} upward is free for ${name}: give the ramal a lower port`,
  }
}

function whyMoved(
  pair: readonly Door[],
  ports: Ports,
  owners: Owners,
  taken: AssignPorts['taken'],
): string | null {
  const reasons: string[] = []
  let isBlocked = false
  for (const door of pair) {
    const { wish, name } = door
    const port = ports[name]
    if (wish === null || wish === port) continue
    const holder = holderOf(wish, door, owners, taken)
    isBlocked ||= holder !== null
    reasons.push(
      holder === null
        ? `port ${wish} is free again: ${name} goes back to it from ${port} when its calls are over`
        : `port ${wish} belongs to ${holder}: ${name} is ${port} instead`,
    )
  }
  if (reasons.length === 0) return null
  const remedy = '; give the ramal another port, or point its dialplan at the new one'
  return reasons.join('; ') + (isBlocked ? remedy : '')
}

function holderOf(
  wish: number,
  door: Door,
  owners: Owners,
  taken: AssignPorts['taken'],
): string | null {
  const owner = owners.get(wish)?.ramal
  if (owner !== undefined && owner.id !== door.ramal.id) {
    return `ramal ${owner.ramal_ia} (id ${owner.id})`
  }
  return taken.get(wish) ?? null
}
