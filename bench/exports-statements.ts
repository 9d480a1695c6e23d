import { join } from 'node:path'
import { exportedAlbums, lacksImages, readEntries } from '../server/src/images/store/export-entries.ts'
import { readExport } from '../server/src/images/store/exports.ts'
import { countImages, listIdsOf } from '../server/src/images/store/image-lists.ts'
import { readImages } from '../server/src/images/store/images.ts'
import { type Database, openDatabase } from '../server/src/platform/database/index.ts'
import { watchDatabase } from '../server/test/scale/watched-database.ts'

const batch = 100_000
const everything = { archived: 'any' as const }

/** The database of a service that is stopped: filled, and asked what exports ask. */
export function timeStatements(folder: string) {
  const opened = async (work: (db: Database) => Promise<void>): Promise<void> => {
    const db = await openDatabase({
      url: 'embedded:',
      folder: join(folder, 'database'),
      migrationsFolder: join(import.meta.dirname, '../server/migrations'),
      statementTimeoutMs: 600_000,
    })
    try {
      await work(db)
    } finally {
      await db.close()
    }
  }
  return {
    /** More images as the one that there is, older than it, with its original. */
    fill: (imageId: string, images: number): Promise<void> =>
      opened(async (db) => {
        const idOf = `('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid`
        for (const table of ['images', 'versions'])
          await db.query(`alter table ${table} disable trigger user`)
        for (let from = 1; from < images; from += batch) {
          const some = `generate_series(${from}::bigint, ${Math.min(images - 1, from + batch - 1)}) n`
          await db.query(
            `insert into images (id, owner_id, original_name, visibility, tags, version, last_version, size, indexed, format, width, height)
             select ${idOf}, owner_id, 'IMG_' || n || '.jpg', visibility, array['holiday'], 1, 1, size, 1, format, width, height
             from images, ${some} where id = '${imageId}'`,
          )
          await db.query(
            `insert into versions (image_id, version, cause, original_key, format, content_type, original_width,
               original_height, size, sha256, orientation, frames, has_alpha, width, height, status)
             select ${idOf}, 1, cause, original_key, format, content_type, original_width, original_height, size, sha256,
               orientation, frames, has_alpha, width, height, 'complete'
             from versions, ${some} where image_id = '${imageId}' and version = 1`,
          )
        }
        for (const table of ['images', 'versions']) await db.query(`alter table ${table} enable trigger user`)
        await db.query('vacuum analyze')
      }),
    /** PostgreSQL's own milliseconds, planning included. */
    tell: (exportId: string): Promise<void> =>
      opened(async (db) => {
        const record = await readExport(db, exportId)
        if (record === null) throw new Error('the export is gone')
        const { ownerId } = record
        const [halfId] = await listIdsOf(db, ownerId, everything, {
          before: '00000000-0000-7000-8000-000000001000',
          limit: 1,
        })
        const [middle, last] = [Math.floor(record.filesBytes / 2), record.filesBytes - 1]
        const page = await listIdsOf(db, ownerId, everything, { before: null, limit: 25 })
        const asked: [string, (to: Database) => Promise<unknown>][] = [
          ['count the images', (to) => countImages(to, ownerId, everything)],
          ['the first 25', (to) => listIdsOf(to, ownerId, everything, { before: null, limit: 25 })],
          ['25 behind', (to) => listIdsOf(to, ownerId, everything, { before: halfId ?? null, limit: 25 })],
          ['what is known of 25', (to) => readImages(to, page)],
          ['is all of it there', (to) => lacksImages(to, exportId, 0)],
          ['is its second half there', (to) => lacksImages(to, exportId, middle)],
          ['500 files from the first', (to) => readEntries(to, exportId, 'files', 0, 500)],
          ['500 files from the middle', (to) => readEntries(to, exportId, 'files', middle, 500)],
          ['500 files from the last', (to) => readEntries(to, exportId, 'files', last, 500)],
          [
            '500 lines of the directory',
            (to) => readEntries(to, exportId, 'directory', Math.floor(record.directoryBytes / 2), 500),
          ],
          ['a page of albums', (to) => exportedAlbums(to, record, { after: null, all: false, limit: 100 })],
        ]
        console.log(`statements, of ${record.entries} entries; milliseconds, and rows looked at`)
        for (const [name, ask] of asked) {
          await ask(db)
          const { db: watched, serverMs, accesses } = watchDatabase(db, { explain: true })
          await ask(watched)
          const rows = accesses.reduce((sum, { reads }) => sum + reads, 0)
          console.log(
            `  ${name.padEnd(28)} ${serverMs().toFixed(2).padStart(9)}   ${String(rows).padStart(8)} rows`,
          )
        }
      }),
  }
}
