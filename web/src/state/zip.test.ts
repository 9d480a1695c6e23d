import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { crc32, type ZipFile, zipOf } from './zip.ts'

test('bytes have the checksum that everybody else gives them', () => {
  expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926)
})

test('files come out of it as they went in, under names of their own', async () => {
  const texts = ['one', '', 'three '.repeat(10_000)]
  const at = new Date(2026, 4, 3, 12, 30, 10)
  async function* files(): AsyncGenerator<ZipFile> {
    for (const text of texts) yield { name: 'Zürich/a.jpg', blob: new Blob([text]), at }
  }
  const folder = await mkdtemp(join(tmpdir(), 'rendition-zip-'))
  try {
    const path = join(folder, 'all.zip')
    await writeFile(path, Buffer.from(await (await zipOf(files())).arrayBuffer()))
    // A reader that is not ours, and complains about what is not as it should be.
    const program = `import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as z:
    assert z.testzip() is None
    for i in z.infolist(): print(i.filename, i.date_time[:5], len(z.read(i)))`
    const { stdout } = await promisify(execFile)('python3', ['-c', program, path])
    expect(stdout.trim().split('\n')).toEqual([
      'Zürich_a.jpg (2026, 5, 3, 12, 30) 3',
      'Zürich_a (2).jpg (2026, 5, 3, 12, 30) 0',
      'Zürich_a (3).jpg (2026, 5, 3, 12, 30) 60000',
    ])
  } finally {
    await rm(folder, { recursive: true })
  }
})
