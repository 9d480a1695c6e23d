import { execFile } from 'node:child_process'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { mostZipFiles, type ZipFile, zipOf } from './zip.ts'

const checked = 'assert z.testzip() is None'
const namesAndSizes = `${checked}\n  for i in z.infolist(): print(i.filename, i.file_size)`

/** What Python says of the archive, which complains about whatever is not as it should be: nothing in common with what wrote it. */
async function read(files: () => Iterable<ZipFile>, program = namesAndSizes): Promise<string[]> {
  async function* given(): AsyncGenerator<ZipFile> {
    yield* files()
  }
  const folder = await mkdtemp(join(tmpdir(), 'rendition-zip-'))
  try {
    const path = join(folder, 'all.zip')
    await write(path, await zipOf(given()))
    const script = `import sys, zipfile\nwith zipfile.ZipFile(sys.argv[1]) as z:\n  ${program}`
    const { stdout } = await promisify(execFile)('python3', ['-c', script, path])
    return stdout.trim().split('\n')
  } finally {
    await rm(folder, { recursive: true })
  }
}

const zeros = Buffer.alloc(2 ** 26)
const flushAt = 2 ** 20
const leastHole = 2 ** 12

/**
 * Zeros are left out, as files may have them: four gigabytes of them take no room on the disk. What is small is written
 * together: 65,535 files are 200,000 pieces.
 */
async function write(path: string, zip: ReadableStream<Uint8Array>): Promise<void> {
  const file = await open(path, 'w')
  let at = 0
  let waiting: Uint8Array[] = []
  let length = 0
  const flush = async () => {
    await file.writev(waiting, at - length)
    ;[waiting, length] = [[], 0]
  }
  for await (const chunk of zip) {
    const isHole = chunk.length >= leastHole && zeros.subarray(0, chunk.length).equals(chunk)
    if (isHole && length > 0) await flush()
    at += chunk.length
    if (isHole) continue
    waiting.push(chunk)
    length += chunk.length
    if (length >= flushAt) await flush()
  }
  if (length > 0) await flush()
  await file.close()
}

/** Two gigabytes in pieces of 64 MiB: Node's own blobs give theirs in pieces of 64 KiB, which takes three times as long. */
class Zeros extends Blob {
  override readonly size = 2 ** 31
  override stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    let left = this.size
    return new ReadableStream({
      pull(stream) {
        if (left === 0) return stream.close()
        left -= zeros.length
        stream.enqueue(zeros)
      },
    })
  }
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
    expect(await read(() => files, `${checked}\n  print(len(z.infolist()))`)).toEqual([String(mostZipFiles)])
  })

  test('behind more than four gigabytes a file is found, too', async () => {
    const large = { name: 'large.tif', blob: new Zeros() }
    // Not the sums of the zeros, which take Python as long as all the rest: what is behind them is read, by its place.
    const program = `print(z.read('behind.jpg'), [i.file_size for i in z.infolist()])`
    const behind = { name: 'behind.jpg', blob: new Blob(['behind']) }
    expect(await read(() => [large, large, behind], program)).toEqual([
      `b'behind' [${2 ** 31}, ${2 ** 31}, 6]`,
    ])
  })
})
