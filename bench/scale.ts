/**
 * Many workers and many rows.
 *
 *   npm run bench:scale [-- --images 1000000] [--jobs 100000] [--photos 200] [--only rows|workers|quota]
 *
 * Rows: fills PostgreSQL as a busy installation's would be and asks what the service asks all day: lists, claims,
 * hand-overs, sweeps, each many times, with the rows that EXPLAIN says were looked at. Ends with 1 when one takes over
 * 20 ms. Workers: the same photos worked off by 1, 2 and 3 workers with one render process each; throughput and what a
 * claim costs. Quota: what it costs to count what an account keeps, of 1,000, 100,000 and 1,000,000 images.
 */
import { parseArgs } from 'node:util'
import { measureQuota } from './scale-quota.ts'
import { measureRows } from './scale-rows.ts'
import { measureWorkers } from './scale-workers.ts'

const { values: args } = parseArgs({
  options: {
    images: { type: 'string', default: '1000000' },
    jobs: { type: 'string', default: '100000' },
    photos: { type: 'string', default: '200' },
    only: { type: 'string' },
  },
})

const asked = (part: string): boolean => args.only === undefined || args.only === part

if (asked('rows')) {
  console.log(`${args.images} images, ${args.jobs} queued jobs; milliseconds, and rows looked at`)
  if (!(await measureRows(Number(args.images), Number(args.jobs)))) process.exitCode = 1
}
if (asked('workers')) {
  console.log(`${args.photos} photos of 2 megapixels, five renditions each`)
  for (const workers of [1, 2, 3]) await measureWorkers(workers, Number(args.photos))
}
if (asked('quota')) {
  console.log("counting one account's originals; milliseconds of PostgreSQL's processor")
  await measureQuota([1_000, 100_000, Number(args.images)])
}
