import type { Unit } from '../providers/directory.ts'

/**
 * The block that a key stands for. Where blocks have numbers, the number itself was pressed; where they have
 * letters or names, the keypad question offered them by their place (1 for the first), in the units' order.
 */
export function chooseBlock(units: readonly Unit[], pressed: string | null): string | null {
  if (pressed === null || !/^\d+$/.test(pressed)) return null
  const blocks = units.map((unit) => unit.block).filter((block) => block !== null)
  if (blocks.some((block) => /\d/.test(block))) return null
  return blocks[Number(pressed) - 1] ?? null
}
