import type { Report } from './report.ts'

/** Three decimals are more than a clock is worth. */
function rounded(value: number | null): number | null {
  return value === null ? null : Number(value.toFixed(3))
}

/** One JSON document for each thing that happens, told apart by its `type`. */
export function createJsonReport(print: (document: object) => void): Report {
  return {
    checked: (o) => print({ type: 'checked', ...o }),
    link: ({ type, ...event }) => print(type === 'link' ? { type, ...event } : { type, ...event }),
    told: ({ at, channel, pid, bytes, payload, latencyMs }) =>
      print({
        type: 'notification',
        at: at.toISOString(),
        channel,
        pid,
        action: payload.action,
        latency_ms: rounded(latencyMs),
        bytes,
        payload: payload.value,
      }),
    simulated: ({ steps, leftover }) =>
      print({
        type: 'simulated',
        ok: steps.every(({ latencyMs }) => latencyMs !== null),
        steps: steps.map(({ verb, latencyMs, why, sql }) => ({
          action: verb,
          came: latencyMs !== null,
          latency_ms: rounded(latencyMs),
          why,
          sql,
        })),
        leftover,
      }),
    ended: ({ seconds, figures }) =>
      print({ type: 'statistics', seconds: rounded(seconds), channels: figures }),
  }
}
