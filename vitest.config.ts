import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { conditions: ['@portaria/source'] },
  ssr: { resolve: { conditions: ['@portaria/source'] } },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'test/src/**/*.test.ts'],
    testTimeout: 15_000,
  },
})
