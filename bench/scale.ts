/**
 * Many workers and many rows.
 *
 *   npm run bench:scale [-- --images 1000000] [--jobs 100000] [--photos 200] [--only rows|workers]
 *
 * Rows: fills PostgreSQL as a busy installation's would be and asks what the service asks all day: lists, claims,
 * hand-overs, sweeps, each many times, with the rows that EXPLAIN says were looked at. Ends with 1 when one takes over
 * 20 ms. Workers: the same photos worked off by 1, 2 and 3 workers with one render process each; throughput and what a
 * claim costs.
 */
import { parseArgs } from 'node:util'
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

if (args.only !== 'workers') {
  console.log(`${args.images} images, ${args.jobs} queued jobs; milliseconds, and rows looked at`)
  if (!(await measureRows(Number(args.images), Number(args.jobs)))) process.exitCode = 1
}
if (args.only !== 'rows') {
  console.log(`${args.photos} photos of 2 megapixels, five renditions each`)
  for (const workers of [1, 2, 3]) await measureWorkers(workers, Number(args.photos))
}
