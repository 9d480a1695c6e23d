/**
 * Jobs: how many small ones the embedded queue carries, how soon an uploader hears of the end, and what a large batch
 * does to single uploads.
 *
 *   npm run bench:jobs -- [--jobs 2000] [--levels 1,10,100] [--batch 10000] [--only queue|latency|batch]
 *
 * The first part replaces rendering by a stub that gives one ready picture, so that it measures the queue: claim,
 * lease, result, ledger, events. The others are the whole service in a process of its own, with real rendering of
 * 2-megapixel photos: the time from the answer to an upload to its `image.complete` event, beside a client that asks
 * every 2 s; then single uploads beside a batch of 10,000 transforms, in its own lane and, for comparison, in theirs.
 */
import { parseArgs } from 'node:util'
import { measureBatch } from './jobs-batch.ts'
import { measureLatency } from './jobs-latency.ts'
import { measureQueue } from './jobs-queue.ts'

const { values: args } = parseArgs({
  options: {
    jobs: { type: 'string', default: '2000' },
    levels: { type: 'string', default: '1,10,100' },
    batch: { type: 'string', default: '10000' },
    only: { type: 'string' },
  },
})

const wanted = (part: string): boolean => args.only === undefined || args.only === part

if (wanted('queue')) {
  console.log('Small jobs through the embedded queue, rendering replaced by a stub')
  await measureQueue(Number(args.jobs))
}
if (wanted('latency')) {
  console.log('From the answer to an upload of a 2 MP photo to its complete event')
  await measureLatency(args.levels.split(',').map(Number))
}
if (wanted('batch')) {
  console.log('Single uploads of a 2 MP photo beside a batch of transforms of such photos')
  await measureBatch(Number(args.batch), 15)
}
