import { NetworkError } from '@rendition/client'

/** One file of an archive. */
export interface ZipFile {
  name: string
  blob: Blob
}

/** The library tells of more files than these only where they have more than four gigabytes too, and readers would miss the rest. */
export const mostZipFiles = 2 ** 16 - 2

/** Six kilobytes that only those load who download all of a share. */
const load = (): Promise<typeof import('client-zip')> =>
  import('client-zip').catch((cause: unknown) => {
    throw new NetworkError('A part of the page could not be loaded.', { cause })
  })

/** Files as one ZIP, each as it is: pictures are compressed already. One file at a time is asked for, and what is written is not kept here. */
export async function zipOf(files: AsyncIterable<ZipFile>): Promise<ReadableStream<Uint8Array>> {
  const { makeZip } = await load()
  return makeZip(entriesOf(files))
}

async function* entriesOf(files: AsyncIterable<ZipFile>): AsyncGenerator<{ name: string; input: Blob }> {
  const taken = new Set<string>()
  for await (const { name, blob } of files) yield { name: unlike(taken, name), input: blob }
}

/** Names come twice, and paths have no place in one. */
function unlike(taken: Set<string>, name: string): string {
  const plain = name.replace(/[/\\:]/g, '_') || 'photo'
  const [, stem = plain, extension = ''] = /^(.+?)(\.[^.]{1,5})?$/s.exec(plain) ?? []
  let path = plain
  for (let n = 2; taken.has(path.toLowerCase()); n += 1) path = `${stem} (${n})${extension}`
  taken.add(path.toLowerCase())
  return path
}
