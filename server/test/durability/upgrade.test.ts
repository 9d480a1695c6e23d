// @module-tag slow/kills
import { createHash } from 'node:crypto'
import { cp, mkdir, mkdtemp, readdir, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Image } from '@rendition/contract'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { jpeg } from '../../src/images/testing/pictures.ts'
import { openDataFolder } from '../../src/platform/data-folder/index.ts'
import { type Database, openDatabase } from '../../src/platform/database/index.ts'
import { openStorage, originalKey } from '../../src/platform/storage/index.ts'
import { type Program, runProgram } from '../processes/program.ts'
import { processesWithin } from '../processes/state.ts'
import { newUser } from '../works.ts'

const service = join(import.meta.dirname, 'doomed-service.ts')
const migrations = fileURLToPath(new URL('../../migrations', import.meta.url))
/** The last migration of the version whose data folder is taken over. */
const oldest = '0004'
const imageId = '01a213d3-2998-7012-bb8f-60358adc4917'
const jobId = '01a213d3-29c5-7703-aa22-c82df4a05ba3'

describe('a data folder of an older version', () => {
  const user = newUser()
  let folder: string
  let older: string
  let running: Program | null = null

  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'rendition-upgrade-')))
    older = join(folder, 'older-migrations')
    await mkdir(older)
    for (const name of await readdir(migrations)) {
      if (name.slice(0, 4) <= oldest) await cp(join(migrations, name), join(older, name))
    }
  })
  afterEach(async () => {
    running?.child.kill('SIGKILL')
    await vi.waitFor(async () => expect(await processesWithin(folder)).toEqual([]), 15_000)
    await rm(folder, { recursive: true, force: true })
  })

  const openOlder = (database: string): Promise<Database> =>
    openDatabase({ url: 'embedded:', folder: database, migrationsFolder: older })

  /** What that version had on disk when it was stopped right after an upload: rows as its migrations know them. */
  async function leaveData(bytes: Buffer): Promise<string> {
    const data = await openDataFolder(join(folder, 'data'))
    const storage = await openStorage({ url: 'file:', folder: data.storage })
    await storage.put(originalKey(imageId, 1), bytes)
    const db = await openOlder(data.database)
    await db.migrate()
    await db.query(
      `insert into images (id, owner_id, original_name, visibility, version, last_version, size)
       values ($1, $2, 'kept.jpg', 'private', 1, 1, $3)`,
      [imageId, user.userId, bytes.length],
    )
    await db.query(
      `insert into versions (image_id, version, cause, original_key, format, content_type, original_width,
         original_height, size, sha256, orientation, frames, has_alpha, width, height, status, job_id)
       values ($1, 1, 'upload', $2, 'jpeg', 'image/jpeg', 1200, 800, $3, $4, 1, 1, false, 1200, 800, 'pending', $5)`,
      [imageId, originalKey(imageId, 1), bytes.length, sha256(bytes), jobId],
    )
    await db.query(
      `insert into jobs (id, owner_id, type, image_id, status, priority, max_attempts, input, turn)
       values ($1, $2, 'renditions', $3, 'pending', 'interactive', 5, '{"presets": null, "version": 1}', 1)`,
      [jobId, user.userId, imageId],
    )
    await db.close()
    await storage.close()
    await data.release()
    return data.database
  }

  it('is brought up to date at the first start, its unfinished work is done, and there is no way back', async () => {
    const bytes = await jpeg(1200, 800)
    const database = await leaveData(bytes)

    running = await runProgram(service, [join(folder, 'data')])
    const port = (await running.says(/^listening/)).split(' ')[1]
    const image = await vi.waitFor(
      async () => {
        const answer = await fetch(`http://127.0.0.1:${port}/api/images/${imageId}`, {
          headers: user.headers,
        })
        const found = (await answer.json()) as Image
        expect(found.status).toBe('complete')
        return found
      },
      { timeout: 45_000, interval: 100 },
    )
    expect(image).toMatchObject({ originalName: 'kept.jpg', sha256: sha256(bytes), jobId })
    expect(Object.keys(image.sizes)).toHaveLength(5)
    running.child.kill('SIGTERM')
    expect(await running.exited).toBe(0)

    const db = await openOlder(database)
    await expect(db.migrate()).rejects.toThrow(/newer than this version/)
    await db.close()
  })
})

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
