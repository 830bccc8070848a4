/**
 * Milliseconds before the next attempt, after `failures` in a row: at once after the first, then doubling with jitter,
 * so that many Portarias do not come back as one. Up to 1 s where the server is away, which may be back any moment;
 * up to 30 s where it refused, which a person must mend.
 */
export function backOff(o: { failures: number; refused: boolean; random: () => number }): number {
  if (o.failures <= 1) return 0
  const [first, cap] = o.refused ? [1000, 30_000] : [100, 1000]
  const full = Math.min(cap, first * 2 ** Math.min(o.failures - 2, 20))
  return full * (0.5 + o.random() / 2)
}
