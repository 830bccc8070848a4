import { setImmediate as afterReading } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { speechOf } from '../support/sounds.ts'
import { startGate } from '../support/start-gate.ts'

/** Nothing runs meanwhile, as on a machine that is busy with something else. */
function stall(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

it('a daemon that was stalled reads the no that came meanwhile before it counts a yes', async () => {
  await using gate = await startGate({ hears: [[], ['pode']] })
  await using visitor = await gate.visitor()
  await visitor.heard(0)
  await visitor.press('501#')
  await gate.state(visitor.uuid, 'ringing')
  await using resident = await gate.resident(visitor.uuid)
  await gate.said('resident', /sim ou não/)
  await resident.quiet(200)
  await resident.speak(speechOf('000-clean'))
  await gate.event((e) => e.type === 'heard' && e.text === 'pode')
  // Of the event loop's turn only timers come before what sockets have to read again.
  await afterReading()
  const pressed = resident.press('2')
  stall(3_000)
  await pressed
  await visitor.closed
  expect(gate.daemon.call(visitor.uuid)?.decision).toMatchObject({
    outcome: 'denied',
    by: 'keypad',
    words: '2',
  })
}, 60_000)
