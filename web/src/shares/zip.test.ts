import { execFile } from 'node:child_process'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { mostZipFiles, type ZipFile, zipOf } from './zip.ts'

const namesAndSizes = 'for i in z.infolist(): print(i.filename, i.file_size)'

/** What Python says of the archive, which complains about whatever is not as it should be: nothing in common with what wrote it. */
async function read(files: () => Iterable<ZipFile>, program = namesAndSizes): Promise<string[]> {
  async function* given(): AsyncGenerator<ZipFile> {
    yield* files()
  }
  const folder = await mkdtemp(join(tmpdir(), 'rendition-zip-'))
  try {
    const path = join(folder, 'all.zip')
    await write(path, await zipOf(given()))
    const script = `import sys, zipfile\nwith zipfile.ZipFile(sys.argv[1]) as z:\n  assert z.testzip() is None\n  ${program}`
    const { stdout } = await promisify(execFile)('python3', ['-c', script, path])
    return stdout.trim().split('\n')
  } finally {
    await rm(folder, { recursive: true })
  }
}

const zeros = Buffer.alloc(2 ** 26)

/** Zeros are left out, as files may have them: four gigabytes of them take no room on the disk. */
async function write(path: string, zip: ReadableStream<Uint8Array>): Promise<void> {
  const file = await open(path, 'w')
  let at = 0
  for await (const chunk of zip) {
    if (zeros.compare(chunk, 0, undefined, 0, chunk.length) !== 0)
      await file.write(chunk, 0, chunk.length, at)
    at += chunk.length
  }
  await file.close()
}

test('files come out of it as they went in, under names of their own', async () => {
  const texts = ['one', '', 'three '.repeat(10_000)]
  const told = await read(() => texts.map((text) => ({ name: 'Zürich/a.jpg', blob: new Blob([text]) })))
  expect(told).toEqual(['Zürich_a.jpg 3', 'Zürich_a (2).jpg 0', 'Zürich_a (3).jpg 60000'])
})

describe('what is large', { tags: 'slow/scale', timeout: 300_000 }, () => {
  test('as many files as there may be are all there', async () => {
    const blob = new Blob(['.'])
    const files = Array.from({ length: mostZipFiles }, (_, index) => ({ name: `${index}.jpg`, blob }))
    expect(await read(() => files, 'print(len(z.infolist()))')).toEqual([String(mostZipFiles)])
  })

  test('behind more than four gigabytes a file is found, too', async () => {
    const part = new Blob([new Uint8Array(2 ** 26)])
    const large = { name: 'large.tif', blob: new Blob(Array.from({ length: 2 ** 5 }, () => part)) }
    const told = await read(() => [large, large, { name: 'behind.jpg', blob: new Blob(['behind']) }])
    expect(told).toEqual([`large.tif ${2 ** 31}`, `large (2).tif ${2 ** 31}`, 'behind.jpg 6'])
  })
})
