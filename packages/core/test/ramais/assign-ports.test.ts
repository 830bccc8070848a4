import { describe, expect, test } from 'vitest'
import { assign, at, movedOf, portsOf, wishing } from './assigning.ts'

function shortly(assignments: ReturnType<typeof assign>): Record<number, string> {
  const pairs = [...assignments].map(([id, each]) => [
    id,
    'ports' in each ? `${each.ports.porta_ia}/${each.ports.porta_retorno}` : 'refused',
  ])
  return Object.fromEntries(pairs) as Record<number, string>
}

describe('a wish', () => {
  test('is granted where nobody is against it', () => {
    const assignments = assign([wishing(2, 9000, 9001), wishing(1, 8080, 8081)])
    expect([...assignments]).toEqual([
      [1, { ports: at(8080, 8081), moved: null }],
      [2, { ports: at(9000, 9001), moved: null }],
    ])
  })

  test('belongs to the lower id; the other moves to the next port that nobody wishes', () => {
    const assignments = assign([
      wishing(2, 8080, 8085),
      wishing(1, 8080, 8081),
      wishing(3, 8082, 9001),
    ])
    expect(shortly(assignments)).toEqual({ 1: '8080/8081', 2: '8083/8085', 3: '8082/9001' })
    expect(movedOf(assignments, 2)).toBe(
      'port 8080 belongs to ramal 1001 (id 1): porta_ia is 8083 instead; give the ramal another port, or point its dialplan at the new one',
    )
    expect(movedOf(assignments, 3)).toBeNull()
  })

  test('for both ports of another moves both, and says so', () => {
    const assignments = assign([wishing(1, 8080, 8081), wishing(2, 8081, 8080)])
    expect(shortly(assignments)).toEqual({ 1: '8080/8081', 2: '8082/8083' })
    expect(movedOf(assignments, 2)).toMatch(
      /^port 8081 belongs to ramal 1001 \(id 1\): porta_ia is 8082 instead; port 8080 belongs to .*: porta_retorno is 8083 instead; give/,
    )
  })

  test('for a taken port moves past every taken port, and names who has it', () => {
    const taken = new Map([
      [8082, 'the HTTP API'],
      [8083, 'another program'],
    ])
    const assignments = assign([wishing(1, 8082, 8081)], { taken })
    expect(shortly(assignments)).toEqual({ 1: '8084/8081' })
    expect(movedOf(assignments, 1)).toContain('port 8082 belongs to the HTTP API: porta_ia is 8084')
  })

  test('of a lower id moves a higher one that already listens there', () => {
    const assignments = assign([wishing(1, 8080, 8081), wishing(2, 8080, 8085)], {
      current: new Map([[2, at(8080, 8085)]]),
      mayMoveBack: () => false,
    })
    expect(shortly(assignments)).toEqual({ 1: '8080/8081', 2: '8082/8085' })
  })

  test('that has changed is granted at once when the ramal may move', () => {
    const current = new Map([[1, at(8080, 8081)]])
    expect(shortly(assign([wishing(1, 9000, 8081)], { current }))).toEqual({ 1: '9000/8081' })
    expect(shortly(assign([wishing(1, 8081, 8080)], { current }))).toEqual({ 1: '8081/8080' })
  })
})

describe('a ramal whose wish has changed to a port that is not free', () => {
  const taken = new Map([[9000, 'another program']])

  test('moves upward from the new wish when it runs below', () => {
    const current = new Map([[1, at(8080, 8081)]])
    expect(shortly(assign([wishing(1, 9000, 8081)], { current, taken }))).toEqual({
      1: '9001/8081',
    })
  })

  test('stays where it runs when that is above', () => {
    const current = new Map([[1, at(9090, 8081)]])
    expect(shortly(assign([wishing(1, 9000, 8081)], { current, taken }))).toEqual({
      1: '9090/8081',
    })
  })
})

describe('a ramal that was moved', () => {
  const ramais = [wishing(2, 8080, 8085)]
  const current = new Map([[2, at(8090, 8085)]])

  test('moves back when its wish is free and nobody talks on it', () => {
    expect([...assign(ramais, { current })]).toEqual([[2, { ports: at(8080, 8085), moved: null }]])
  })

  test('stays while somebody talks on it, and that is said', () => {
    const assignments = assign(ramais, { current, mayMoveBack: (id) => id !== 2 })
    expect(shortly(assignments)).toEqual({ 2: '8090/8085' })
    expect(movedOf(assignments, 2)).toBe(
      'port 8080 is free again: porta_ia goes back to it from 8090 when its calls are over',
    )
  })

  test('stays where it is while its wish is not free, though nearer ports are', () => {
    const taken = new Map([[8080, 'another program']])
    expect(shortly(assign(ramais, { current, taken }))).toEqual({ 2: '8090/8085' })
  })

  test('leaves for its wish at once, calls or not, when another ramal wishes its port', () => {
    const assignments = assign([...ramais, wishing(3, 8090, 8091)], {
      current,
      mayMoveBack: () => false,
    })
    expect(shortly(assignments)).toEqual({ 2: '8080/8085', 3: '8090/8091' })
  })

  test('keeps others from its port', () => {
    const taken = new Map([[8080, 'another program']])
    const one = wishing(1, 8089, 8088)
    const assignments = assign([one, wishing(3, 8089, 8087), ...ramais], { current, taken })
    expect(shortly(assignments)).toEqual({ 1: '8089/8088', 2: '8090/8085', 3: '8091/8087' })
  })
})

test('a port that a ramal is just leaving is not given to another: its calls end there', () => {
  const ramais = [wishing(1, 8080, 9001), wishing(2, 8070, 9002), wishing(3, 8080, 9003)]
  const assignments = assign(ramais, { current: new Map([[2, at(8081, 9002)]]) })
  expect(shortly(assignments)).toEqual({ 1: '8080/9001', 2: '8070/9002', 3: '8082/9003' })
})

describe('a ramal without a return port', () => {
  test('gets the first free one above porta_ia, is not moved by it and displaces nobody', () => {
    const ramais = [wishing(1, 8080, null), wishing(2, 8081, 8083), wishing(3, 8090, null)]
    const assignments = assign(ramais, { taken: new Map([[8082, 'the HTTP API']]) })
    expect([...assignments]).toEqual([
      [1, { ports: at(8080, 8084), moved: null }],
      [2, { ports: at(8081, 8083), moved: null }],
      [3, { ports: at(8090, 8091), moved: null }],
    ])
  })

  test('keeps the one that it has until somebody wishes it', () => {
    const current = new Map([[1, at(8080, 8095)]])
    const one = wishing(1, 8080, null)
    expect(shortly(assign([one], { current }))).toEqual({ 1: '8080/8095' })
    const both = assign([one, wishing(2, 8095, 8096)], { current, mayMoveBack: () => false })
    expect(shortly(both)).toEqual({ 1: '8080/8081', 2: '8095/8096' })
  })

  test('does not get the port that its own porta_ia moved to', () => {
    const assignments = assign([wishing(1, 8080, 9001), wishing(2, 8080, null)])
    expect(shortly(assignments)).toEqual({ 1: '8080/9001', 2: '8081/8082' })
  })
})

describe('both ports or neither', () => {
  test.each([
    [wishing(2, 65_535, 8081), 'porta_ia'],
    [wishing(2, 8081, 65_535), 'porta_retorno'],
    [wishing(2, 8081, 65_534), 'porta_retorno'],
  ])('a ramal for which none is left upward is refused: %j', (ramal, name) => {
    const assignments = assign([wishing(1, 65_534, 65_535), ramal])
    expect(assignments.get(1)).toEqual({ ports: at(65_534, 65_535), moved: null })
    const { porta_ia, porta_retorno } = ramal
    const from = name === 'porta_ia' ? porta_ia : porta_retorno
    expect(assignments.get(2)).toEqual({
      refused: `no port from ${from} upward is free for ${name}: give the ramal a lower port`,
    })
  })

  test('the port that one refused could not use goes to the next', () => {
    const ramais = [
      wishing(1, 65_533, 65_534),
      wishing(2, 65_533, 65_534),
      wishing(3, 65_534, 8000),
    ]
    expect(shortly(assign(ramais))).toEqual({ 1: '65533/65534', 2: 'refused', 3: '65535/8000' })
  })

  test('a ramal on the last port has none above it for a return port of null', () => {
    expect(assign([wishing(1, 65_535, null)]).get(1)).toEqual({
      refused: 'no port from 65536 upward is free for porta_retorno: give the ramal a lower port',
    })
  })
})

test('10,000 ramais that wish one pair are all served or refused, no port twice', () => {
  const ramais = Array.from({ length: 10_000 }, (_, index) => wishing(index + 1, 8080, 8081))
  const ports = [...portsOf(assign(ramais)).values()]
  expect(ports).toHaveLength(10_000)
  expect(new Set(ports.flatMap((pair) => Object.values(pair))).size).toBe(20_000)
})
