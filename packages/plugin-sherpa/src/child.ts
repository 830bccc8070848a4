/** The child process of sherpa: a corrupt model aborts the process that loads it, which must not be the daemon. */
import { loadSherpa } from './sherpa/load-sherpa.ts'
import { serveEngine } from './serve-engine.ts'

serveEngine(loadSherpa)
