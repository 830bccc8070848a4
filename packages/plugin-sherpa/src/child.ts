/** The child process of sherpa: a corrupt model aborts the process that loads it, which must not be the daemon. */
import { setPriority } from 'node:os'
import { loadSherpa } from './sherpa/load-sherpa.ts'
import { serveEngine } from './serve-engine.ts'

// Models take every core that they get; the daemon's paced sound goes first.
setPriority(10)
serveEngine(loadSherpa)
