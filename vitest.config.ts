import { defineConfig } from 'vitest/config'

/** Two cores: two files at a time, and generous limits because real servers start inside some tests. */
const shared = { testTimeout: 60_000, hookTimeout: 120_000 }
const sources = { conditions: ['source'] }

export default defineConfig({
  test: {
    maxWorkers: 2,
    reporters: ['default', './scripts/plain-line-reporter.ts'],
    projects: [
      {
        resolve: sources,
        ssr: { resolve: sources },
        test: {
          ...shared,
          name: 'unit',
          globalSetup: ['server/test/database-server.ts'],
          include: ['{contract,client,server,web}/{src,test}/**/*.test.ts', 'scripts/*.test.ts'],
          exclude: ['**/node_modules/**', 'server/test/faults/**'],
        },
      },
      {
        resolve: sources,
        ssr: { resolve: sources },
        // By themselves, one file after the other: `npm run test:faults`.
        test: {
          ...shared,
          name: 'faults',
          include: ['server/test/faults/*.test.ts'],
          fileParallelism: false,
        },
      },
      {
        resolve: sources,
        ssr: { resolve: sources },
        test: {
          ...shared,
          name: 'acceptance',
          // Tests of the built service that start the real servers live with these.
          include: ['acceptance/src/**/*.test.ts', 'server/test/**/*.built.ts'],
          globalSetup: ['acceptance/src/shared-service.ts'],
        },
      },
    ],
  },
})
