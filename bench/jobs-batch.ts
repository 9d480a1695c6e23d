import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Database, openDatabase } from '../server/src/platform/database/index.ts'
import { startBuiltService } from './service.ts'
import { photo } from './two-megapixels.ts'
import { inMs, openUploader, percentile, type Uploader } from './uploads.ts'

/** Whoever waits longer than this for one upload waits too long; then the rest is not waited for. */
const patienceMs = 60_000

interface Side {
  name: string
  uploader: Uploader
}

/** The database inside a running service, by its private socket. */
async function openInside(folder: string): Promise<Database> {
  const pidFile = await readFile(join(folder, 'database', 'cluster', 'postmaster.pid'), 'utf8')
  const socket = pidFile.split('\n')[4] ?? ''
  const url = `postgres://postgres@/postgres?host=${encodeURIComponent(socket)}`
  return openDatabase({ url, folder: '', migrationsFolder: '', statementTimeoutMs: 60_000 })
}

/** Rows of `count` images that share one original: uploading as many photos would take half an hour. */
async function copyImage(db: Database, imageId: string, count: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `insert into images (id, owner_id, original_name, visibility, version, last_version, size)
     select gen_random_uuid(), owner_id, original_name, visibility, version, last_version, size
     from images, generate_series(1, $2) where id = $1 returning id`,
    [imageId, count],
  )
  await db.query(
    `insert into versions (image_id, version, cause, original_key, format, content_type, original_width,
       original_height, size, sha256, orientation, frames, has_alpha, width, height, status)
     select i.id, 1, v.cause, v.original_key, v.format, v.content_type, v.original_width, v.original_height, v.size,
       v.sha256, v.orientation, v.frames, v.has_alpha, v.width, v.height, v.status
     from versions v, images i where v.image_id = $1 and i.id <> $1 and i.size = v.size`,
    [imageId],
  )
  return rows.map(({ id }) => id)
}

/** A lane full of jobs beside single uploads, one after the other: another account's, and the batch owner's own. */
export async function measureBatch(count: number, uploads: number): Promise<void> {
  const service = await startBuiltService()
  const { url, authorization } = service
  const db = await openInside(service.folder)
  const picture = await photo(1)
  const other = await fetch(`${url}/api/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'other@example.org', password: 'a long bench password' }),
  })
  const { accessToken } = (await other.json()) as { accessToken: string }
  const sides: Side[] = [
    { name: 'another account', uploader: await openUploader(url, accessToken) },
    { name: 'the same account', uploader: await openUploader(url, authorization.replace('Bearer ', '')) },
  ]
  const finished = async (): Promise<number> =>
    (
      await db.query<{ n: number }>(
        "select count(*) as n from jobs where type = 'transform' and status = 'complete'",
      )
    )[0]?.n ?? 0

  async function uploadBeside(what: string): Promise<void> {
    for (const { name, uploader } of sides) {
      const begun = performance.now()
      const before = await finished()
      const times: { answered: number; complete: number }[] = []
      while (times.length < uploads && performance.now() - begun < patienceMs) {
        const late = pause(patienceMs, null, { ref: false })
        const took = await Promise.race([uploader.upload(picture, `${times.length}.jpg`), late])
        if (took !== null) times.push(took)
      }
      const rate = ((await finished()) - before) / ((performance.now() - begun) / 1000)
      const line = (key: 'answered' | 'complete'): string => {
        const all = times.map((time) => time[key])
        return `p50 ${inMs(percentile(all, 0.5)).padStart(7)}  p90 ${inMs(percentile(all, 0.9)).padStart(7)}`
      }
      console.log(
        `  ${what.padEnd(24)} ${name.padEnd(17)} ${
          times.length === 0
            ? `not complete after ${patienceMs / 1000} s`
            : `answered ${line('answered')}   complete after ${line('complete')}`
        }   ${rate.toFixed(1)} batch jobs /s meanwhile`,
      )
    }
  }

  async function askForBatch(imageIds: readonly string[], priority: string, width: number): Promise<void> {
    const begun = performance.now()
    const answer = await fetch(`${url}/api/jobs`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({
        imageIds,
        type: 'transform',
        parameters: { width },
        saveImage: false,
        priority,
      }),
    })
    if (answer.status !== 202) throw new Error(`the batch answered ${answer.status}: ${await answer.text()}`)
    const { jobs } = (await answer.json()) as { jobs: unknown[] }
    console.log(
      `  a batch of ${jobs.length} ${priority} jobs was accepted in ${inMs(performance.now() - begun)}`,
    )
    const before = await finished()
    while ((await finished()) < before + 20) await pause(50)
  }

  try {
    const imageId = await service.upload(picture, 'private')
    const copies = await copyImage(db, imageId, count - 1)
    for (const { uploader } of sides) await uploader.upload(picture, 'warm.jpg')
    await uploadBeside('nothing else to do')
    await askForBatch([imageId, ...copies], 'bulk', 800)
    await uploadBeside(`${count} in the bulk lane`)
    await db.query("update jobs set status = 'cancelled', finished_at = now() where status = 'pending'")
    await askForBatch([imageId, ...copies], 'interactive', 801)
    await uploadBeside(`${count} in the same lane`)
  } finally {
    for (const { uploader } of sides) uploader.close()
    await db.close()
    await service.stop()
  }
}
