import type { Facts, Turn } from './dialogue.ts'

/**
 * What digits mean: a unit, or one of the blocks that core just offered by number or by place. A digit
 * that stands for none of them changes nothing, so that core asks again; more digits are another unit.
 */
export function chosenByKey(turn: Turn, digits: string): Partial<Facts> {
  if (turn.match.type !== 'several' || turn.facts.unit === null) return { unit: digits }
  const blocks = turn.match.units.flatMap(({ block }) => (block === null ? [] : [block]))
  if (isOffered(blocks, digits)) return { block: digits }
  return digits.length > 1 ? { unit: digits, block: null } : {}
}

function isOffered(blocks: readonly string[], digits: string): boolean {
  const numbers = blocks.flatMap((block) => block.match(/\d+/gu) ?? [])
  if (numbers.length > 0) return numbers.some((number) => Number(number) === Number(digits))
  return Number(digits) >= 1 && Number(digits) <= blocks.length
}
