import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { SlowFirst } from './scripts/slow-first.ts'

/**
 * How many files at a time, on two cores, and which projects one after the other. Pages keep the processor busy; the others wait for
 * leases, starts and elections. Five of all at once kept both processors busy, and took as long: a second of work took 1.2.
 */
const pagesFirst = { maxWorkers: 3, sequence: { groupOrder: 0 } }
const thenTheOthers = { maxWorkers: 4, sequence: { groupOrder: 1 } }

/** Generous limits, because real servers start inside some tests. */
const shared = {
  setupFiles: ['scripts/patience.ts', 'scripts/equal-bytes.ts'],
  testTimeout: 180_000,
  hookTimeout: 180_000,
  // A page that is loaded anew shows its state when it can: a second is not enough where three browsers share two cores.
  expect: { poll: { timeout: 30_000, interval: 50 } },
}
const sources = { conditions: ['source'] }
/** Render processes of tests are the built ones where these are of today's sources: see `server/test/built-child.ts`. */
const builtChild = [
  {
    find: /^\.\/child-entry\.ts$/,
    replacement: join(import.meta.dirname, 'server/test/built-child-entry.ts'),
  },
]

/**
 * Kinds that take long by their nature. A file is of one by a first line `// @module-tag slow/kills`, a test by
 * `{ tags: 'slow/kills' }`. `npm test` leaves them out and says so, `npm run test:slow` runs them, `.ci/run` everything.
 */
const slowKinds = [
  { name: 'slow/kills', description: 'services, databases and power cut off at any moment' },
  {
    name: 'slow/real-servers',
    description: 'what needs an S3, RabbitMQ, Sentinels, or several processes on real servers',
  },
  { name: 'slow/restarts', description: 'services started, stopped and started again' },
  { name: 'slow/load', description: 'crowds of requests for a while' },
  { name: 'slow/damaged-files', description: 'pictures damaged at random, or made to harm' },
  { name: 'slow/every-way-out', description: 'every picture that leaves the service, looked through' },
  { name: 'slow/packages', description: 'what is published, installed in empty projects' },
  {
    name: 'slow/contract',
    description: 'the service against its description, by a contract tester and a generated client',
  },
  { name: 'slow/commands', description: 'the commands of README and DEVELOPERS.md, as somebody types them' },
  { name: 'slow/shortages', description: 'disks and descriptors that run out' },
  { name: 'slow/pages', description: 'the page in a browser, but for its short tests' },
  {
    name: 'slow/screens',
    description: 'every screen of the page, to be looked at, and that each speaks its words',
  },
  { name: 'slow/any-moment', description: 'what happens in between, before each step of something else' },
  {
    name: 'slow/any-input',
    description:
      'recipes, parameters, texts and bodies drawn at random, and whether pictures come out the same',
  },
  { name: 'slow/scale', description: 'what questions to large tables look at, and archives of gigabytes' },
]

export default defineConfig({
  test: {
    sequence: { sequencer: SlowFirst },
    tags: slowKinds,
    reporters: ['default', './scripts/plain-line-reporter.ts'],
    projects: [
      {
        resolve: sources,
        ssr: { resolve: sources },
        // Needs no service, no database and nothing of the system: `.ci/run` has it done while packages come.
        test: {
          ...shared,
          ...thenTheOthers,
          name: 'pure',
          isolate: false,
          include: ['{contract,web}/{src,test}/**/*.test.ts'],
        },
      },
      {
        resolve: { ...sources, alias: builtChild },
        ssr: { resolve: sources },
        test: {
          ...shared,
          ...thenTheOthers,
          name: 'unit',
          // Files share what they import: 0.64 of the processor time. So no test mocks a module.
          isolate: false,
          globalSetup: [
            'server/test/database-server.ts',
            'server/test/built-child.ts',
            'server/test/processes/programs-folder.ts',
          ],
          include: ['{client,server}/{src,test}/**/*.test.ts', 'scripts/*.test.ts'],
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
        test: {
          ...shared,
          ...thenTheOthers,
          name: 'built',
          include: ['server/test/**/*.built.ts', 'scripts/*.built.ts'],
        },
      },
      {
        resolve: sources,
        ssr: { resolve: sources },
        test: {
          ...shared,
          ...pagesFirst,
          name: 'acceptance',
          isolate: false,
          include: ['acceptance/src/**/*.test.ts'],
          globalSetup: ['acceptance/src/shared-service.ts'],
        },
      },
    ],
  },
})
