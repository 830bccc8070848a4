import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inertJson } from '../../src/api/inert-json.ts'
import { slicedJson } from '../../src/api/sliced-json.ts'

test('what is written in slices is what is written at once', async () => {
  const body = fc.dictionary(fc.string(), fc.oneof(fc.jsonValue(), fc.array(fc.jsonValue())))
  await fc.assert(
    fc.asyncProperty(body, async (value) => {
      const plain = { ...value, nothing: undefined, list: [undefined, null, '\u202e'] }
      expect(await slicedJson(plain)).toBe(inertJson(plain))
    }),
  )
})

test('10,000 ramais let everything else run while they are written', async () => {
  const ramal = { ramal_ia: '1000', motivo: 'x'.repeat(2_000) }
  let turns = 0
  let isOver = false
  const count = (): void => {
    turns += 1
    if (!isOver) setImmediate(count)
  }
  setImmediate(count)
  await slicedJson({ detail: { ramais: Array.from({ length: 10_000 }, () => ramal) } })
  isOver = true
  expect(turns).toBeGreaterThan(2)
})
