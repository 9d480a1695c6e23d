/**
 * What looks alike, in one account of many images.
 *
 *   npm run bench:similar [-- --images 1000000]
 *
 * Fills PostgreSQL with images of one account, each tenth of them there twice, and asks for what is similar to one of them,
 * for pages of groups, and for a new one to be sorted in. PostgreSQL's own milliseconds, planning included; ends with 1 when
 * one in twenty takes over 20.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { findAlike, listGroups, readLook, sortIn } from '../server/src/images/store/looks.ts'
import { type Database, openDatabase } from '../server/src/platform/database/index.ts'
import { watchDatabase } from '../server/test/scale/watched-database.ts'

const { values: args } = parseArgs({ options: { images: { type: 'string', default: '1000000' } } })
const images = Number(args.images)
const rounds = 200
const limitMs = 20

const owner = '00000000-0000-7000-9000-000000000001'
const batch = 100_000

const folder = await mkdtemp(join(tmpdir(), 'rendition-bench-'))
const db = await openDatabase({
  url: 'embedded:',
  folder: join(folder, 'database'),
  migrationsFolder: join(import.meta.dirname, '../server/migrations'),
  statementTimeoutMs: 600_000,
})
try {
  await db.migrate()
  await fill()
  const some = await db.query<{ image_id: string }>(
    `select id as image_id from images order by md5(id::text) limit ${rounds}`,
  )
  const looks: { imageId: string; look: string }[] = []
  for (const { image_id: imageId } of some) {
    looks.push({ imageId, look: (await readLook(db, imageId)) ?? '' })
  }
  const page = { limit: 50, after: null }
  const rows: [string, (db: Database, each: { imageId: string; look: string }) => Promise<unknown>][] = [
    [
      'similar to an image',
      (to, { imageId, look }) => findAlike(to, owner, look, { without: imageId, ...page }),
    ],
    [
      'a page of 20 groups',
      (to, { imageId }) => listGroups(to, owner, { before: imageId, limit: 20, most: 20 }),
    ],
    ['sort a new one in', (to, each) => to.transaction((tx) => sortIn(tx, owner, each))],
  ]
  console.log(`${images} images of one account; milliseconds of ${looks.length} requests each`)
  for (const [name, ask] of rows) {
    for (const each of looks.slice(0, 50)) await ask(db, each)
    const times: number[] = []
    for (const each of looks) {
      const watched = watchDatabase(db, { explain: true })
      await ask(watched.db, each)
      times.push(watched.serverMs())
    }
    times.sort((a, b) => a - b)
    const at = (share: number): number => times[Math.floor(share * (times.length - 1))] ?? Number.NaN
    if (at(0.95) > limitMs) process.exitCode = 1
    console.log(
      `  ${name.padEnd(22)} p50 ${at(0.5).toFixed(2)}   p95 ${at(0.95).toFixed(2)}   most ${at(1).toFixed(2)}`,
    )
  }
} finally {
  await db.close()
  await rm(folder, { recursive: true, force: true })
}

/** Images of one account, and looks as random as those of photos are: with their triggers it would take a quarter of an hour. */
async function fill(): Promise<void> {
  const idOf = (n: string): string => `('00000000-0000-7000-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`
  const lookOf = (n: string): string => `('x' || substr(md5((${n})::text), 1, 16))::bit(64)::bigint`
  await db.query('alter table images disable trigger user')
  for (let from = 1; from <= images; from += batch) {
    const some = `generate_series(${from}::bigint, ${Math.min(images, from + batch - 1)}) n`
    await db.query(
      `insert into images (id, owner_id, original_name, visibility, tags, version, last_version, size, indexed)
       select ${idOf('n')}, '${owner}', n || '.jpg', 'private', '{}', 1, 1, 1000000, 1 from ${some}`,
    )
    await db.query(
      `insert into looks (image_id, owner_id, look, group_id)
       select ${idOf('n')}, '${owner}', case when n % 10 = 9 then ${lookOf('n - 1')} # 1 else ${lookOf('n')} end,
         ${idOf('n - (n % 10 = 9)::integer')} from ${some}`,
    )
  }
  await db.query('alter table images enable trigger user')
  await db.query('vacuum analyze')
}
