import type { Gauge } from 'prom-client'

/** Sets one series for each of `values`, at zero too, so that none appears out of nothing. */
export function setEach<Label extends string>(
  gauge: Gauge<Label>,
  label: Label,
  values: ReadonlyMap<string, number>,
): void {
  gauge.reset()
  for (const [value, count] of values) gauge.set({ [label]: value } as Record<Label, string>, count)
}

export function countOf(known: readonly string[], seen: readonly string[]): Map<string, number> {
  const counts = new Map(known.map((each) => [each, 0]))
  for (const each of seen) counts.set(each, (counts.get(each) ?? 0) + 1)
  return counts
}

export function isOf(known: readonly string[], current: string): Map<string, number> {
  return new Map(known.map((each) => [each, each === current ? 1 : 0]))
}
