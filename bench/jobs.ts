/**
 * Jobs: how many small ones the embedded queue carries, and how soon an uploader hears of the end.
 *
 *   npx tsx --conditions=source bench/jobs.ts [--jobs 2000] [--levels 1,10,100] [--only queue|latency]
 *
 * The first part replaces rendering by a stub that gives one ready picture, so that it measures the queue: claim,
 * lease, result, ledger, events. The second part is the whole service in a process of its own: 2-megapixel photos are
 * uploaded and the time from the answer to the `complete` event is measured, beside a client that asks every 2 s.
 */
import { parseArgs } from 'node:util'
import { measureLatency } from './jobs-latency.ts'
import { measureQueue } from './jobs-queue.ts'

const { values: args } = parseArgs({
  options: {
    jobs: { type: 'string', default: '2000' },
    levels: { type: 'string', default: '1,10,100' },
    only: { type: 'string' },
  },
})

if (args.only !== 'latency') {
  console.log('Small jobs through the embedded queue, rendering replaced by a stub')
  await measureQueue(Number(args.jobs))
}
if (args.only !== 'queue') {
  console.log('From the answer to an upload of a 2 MP photo to its complete event')
  await measureLatency(args.levels.split(',').map(Number))
}
