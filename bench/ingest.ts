/**
 * The five renditions of an upload (150 cover, 480, 1024, 1920 inside, and the original as it is) with their
 * placeholder, side by side: Rendition as the service runs it, a sharp pipeline for each size as such services
 * commonly do, `vipsthumbnail` for each size, and the least that libvips itself can do.
 *
 *   npm run bench:ingest [-- --megapixels 12,24 --rounds 3 --pictures 4 --photo FILE]
 *
 * Prints Markdown. The sides alternate, each in a process of its own; of the rounds the median counts. CPU times hold
 * on a busy machine, times by the clock do not. The rows of libvips need `vips` and `vipsthumbnail` (libvips-tools).
 */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import sharp from 'sharp'
import type { SideResult } from './ingest-side.ts'
import { photographOf } from './photographs.ts'
import { eachSize, floor, vipsInstalled, vipsVersion } from './vips.ts'

const { values: args } = parseArgs({
  options: {
    megapixels: { type: 'string', default: '12,24' },
    rounds: { type: 'string', default: '3' },
    pictures: { type: 'string', default: '4' },
    photo: { type: 'string' },
  },
})
const side = fileURLToPath(new URL('./ingest-side.ts', import.meta.url))

async function run(way: string, photo: string, atOnce: number): Promise<SideResult> {
  const node = ['--conditions=source', '--import', import.meta.resolve('tsx')]
  const more = [way, photo, String(Number(args.pictures) * atOnce), String(atOnce)]
  const { stdout } = await promisify(execFile)(process.execPath, [...node, side, ...more])
  return JSON.parse(stdout) as SideResult
}

const middle = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

/** Round after round, each side once a round, so that what the machine does besides meets all of them. */
async function compare(sides: Record<string, () => Promise<SideResult>>): Promise<[string, SideResult][]> {
  const found = new Map<string, SideResult[]>()
  for (let round = 0; round < Number(args.rounds); round += 1)
    for (const [name, measure] of Object.entries(sides))
      found.set(name, [...(found.get(name) ?? []), await measure()])
  return [...found].map(([name, results]) => [
    name,
    {
      cpuMs: middle(results.map((one) => one.cpuMs)),
      wallMs: middle(results.map((one) => one.wallMs)),
      peak: middle(results.map((one) => one.peak)),
    },
  ])
}

/** `base` is the row that is 1.00. */
function print(title: string, rows: readonly [string, SideResult][], base: string): void {
  const one = rows.find(([name]) => name === base)?.[1]
  console.log(`\n${title}\n`)
  console.log('| way | CPU ms | of ours | wall ms | of ours | peak MiB |\n|---|---|---|---|---|---|')
  for (const [name, { cpuMs, wallMs, peak }] of rows) {
    const ratios = one ? [cpuMs / one.cpuMs, wallMs / one.wallMs].map((ratio) => ratio.toFixed(2)) : []
    const [cpuRatio = '', wallRatio = ''] = ratios
    console.log(
      `| ${name} | ${cpuMs.toFixed(0)} | ${cpuRatio} | ${wallMs.toFixed(0)} | ${wallRatio} | ${Math.round(peak / 2 ** 20)} |`,
    )
  }
}

const ours = 'Rendition'
const folder = await mkdtemp(join(tmpdir(), 'rendition-ingest-'))
try {
  console.log(
    `sharp ${sharp.versions.sharp}, libvips ${sharp.versions.vips}; ${vipsInstalled ? vipsVersion() : 'no vips'}`,
  )
  const sizes = args.photo ? [0] : args.megapixels.split(',').map(Number)
  for (const megapixels of sizes) {
    const photo = args.photo ?? join(folder, `${megapixels}.jpg`)
    if (!args.photo)
      await writeFile(photo, await (await photographOf(megapixels)).jpeg({ quality: 90 }).toBuffer())
    const { width, height } = await sharp(photo).metadata()
    const size = `${((width * height) / 1e6).toFixed(0)} MP JPEG (${width} × ${height})`
    const single = await compare({
      [ours]: () => run('rendition', photo, 1),
      'without a render process': () => run('inside', photo, 1),
      'five pipelines': () => run('five', photo, 1),
      ...(vipsInstalled && {
        'vipsthumbnail for each': () => eachSize(photo, folder),
        'libvips, by hand': () => floor(photo, { width, height }, folder),
      }),
    })
    print(`${size}, one after the other`, single, ours)
    const double = await compare({
      [ours]: () => run('rendition', photo, 2),
      'five pipelines': () => run('five', photo, 2),
    })
    print(`${size}, two at a time, per picture`, double, ours)
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}
