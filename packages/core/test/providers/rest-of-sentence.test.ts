import { expect, it } from 'vitest'
import { createPace } from '../../src/providers/rest-of-sentence.ts'

const characterMs = 50
const sentence = 'Um momento, por favor.'
/** um 100 ms, a pause of 50, momento 350, a pause of 150, por 150, a pause of 50, favor 250. */
const soundMs = (2 + 1 + 7 + 3 + 3 + 1 + 5) * characterMs

it.each([
  [0, 'Um momento, por favor.'],
  [59, 'Um momento, por favor.'],
  [70, 'momento, por favor.'],
  [290, 'momento, por favor.'],
  [300, 'por favor.'],
  [600, 'por favor.'],
  [640, 'favor.'],
  [880, 'favor.'],
  [900, ''],
])('a voice whose pace is known has after %i ms still to say "%s"', (heardMs, rest) => {
  const pace = createPace()
  pace.learn('voice', sentence, soundMs)
  expect(pace.rest('voice', sentence, heardMs)).toBe(rest)
})
