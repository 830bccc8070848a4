import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { conditions: ['@portaria/source'] },
  ssr: { resolve: { conditions: ['@portaria/source'] } },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'test/src/**/*.test.ts'],
    // Worker threads and spawned commands resolve by Node itself: they need the sources too.
    execArgv: ['--conditions=@portaria/source'],
    testTimeout: 15_000,
    // Most tests wait, for sound in real time or for a database: on two cores three at a time take half as long as one.
    maxWorkers: 3,
  },
})
