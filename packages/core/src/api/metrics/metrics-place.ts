import type { Registry } from 'prom-client'
import type { DaemonView } from '../../status.ts'

/** Where metrics are registered, and whose they are. */
export type MetricsPlace = { readonly registers: Registry[]; readonly daemon: DaemonView }
