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
        // The built service again, with real servers and processes of its own.
        test: { ...shared, name: 'built', include: ['server/test/**/*.built.ts'] },
      },
      {
        resolve: sources,
        ssr: { resolve: sources },
        test: {
          ...shared,
          name: 'acceptance',
          include: ['acceptance/src/**/*.test.ts'],
          globalSetup: ['acceptance/src/shared-service.ts'],
        },
      },
    ],
  },
})
