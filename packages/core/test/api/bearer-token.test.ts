import { expect, test } from 'vitest'
import { createTokenGuard } from '../../src/api/bearer-token.ts'

const refusal = /^Não autorizado/

test('a header made of blanks holds nothing up: what takes time squared would take minutes here', () => {
  const guard = createTokenGuard('correct')
  const blanks = ' '.repeat(500_000)
  for (const text of [`Bearer x${blanks}x`, `Bearer ${blanks}`, `Bearer${blanks}x${blanks}`]) {
    expect(() => guard(text)).toThrow(refusal)
  }
  expect(() => guard(`Bearer${blanks}correct${blanks}`)).not.toThrow()
})
