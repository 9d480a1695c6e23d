import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type ZipEntry, zipOf } from '../testing/zip.ts'
import { type OpenArchive, openArchive } from './read-archive.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'read-archive-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function opened(entries: readonly ZipEntry[]): Promise<OpenArchive> {
  const path = join(folder, 'a.zip')
  await writeFile(path, zipOf(entries))
  return openArchive(path, { maxArchiveEntries: 1_000, maxArchiveBytes: 1_000_000 })
}
const file = (name: string): ZipEntry => ({ name, data: Buffer.from(name.slice(0, 20)), stored: true })

it('refuses a directory whose names are too much to hold', async () => {
  const names = Array.from({ length: 260 }, (_, n) => file(`${n}`.padEnd(65_000, 'x')))
  await expect(opened(names)).rejects.toMatchObject({ code: 'archive_too_large' })
})

it('refuses a path that is too long, in any encoding, and reads what stands beside it', async () => {
  const archive = await opened([
    file(`${'ä'.repeat(1_020)}.jpg`),
    file(`${'ä'.repeat(1_021)}.jpg`),
    file('€'.repeat(20_000)),
    { ...file('x'), name: Buffer.alloc(1_025, 0xff) },
  ])
  try {
    expect(archive.files.map(({ path, refusal }) => [path.length, refusal?.code ?? null])).toEqual([
      [1_024, null],
      [1_024, 'entry_unsafe'],
      [1_024, 'entry_unsafe'],
      [1_024, 'entry_unsafe'],
    ])
    const [first] = archive.files
    if (first === undefined) throw new Error('nothing in it')
    expect((await buffer(await first.read())).toString()).toBe('ä'.repeat(20))
  } finally {
    archive.close()
  }
})
