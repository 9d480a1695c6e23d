import { constants } from 'node:fs'
import { open, opendir, realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import type { Readable } from 'node:stream'
import { Failure, isFailure } from '@rendition/contract'
import { isShortage } from '../shortage.ts'
import { parseS3Url } from './s3-url.ts'

/** Files that another system left somewhere, to be read and never changed. */
export interface Originals {
  /** Where they lie, without credentials: the same for the same place. */
  readonly place: string
  /** Names that `open` takes, hidden files left out; of a folder that cannot be read its own, which `open` says why of. */
  list(): AsyncIterable<string>
  /** Throws `not_found`, also for a name that leads out of the place, and `unavailable`. */
  open(name: string, signal: AbortSignal): Promise<Readable>
  close(): void
}

/** Opens `s3://[key:secret@]bucket[/prefix][?endpoint=…]`, or a folder of this machine. */
export async function openOriginals(place: string): Promise<Originals> {
  return place.startsWith('s3://') ? openBucket(place) : openFolder(place)
}

const noSuchFile = (cause?: unknown): Failure => new Failure('not_found', 'There is no such file.', { cause })
const isHidden = (name: string): boolean => name.split('/').some((part) => part.startsWith('.'))

async function openFolder(folder: string): Promise<Originals> {
  const root = await realpath(folder).catch((cause: unknown) => {
    throw new Error(`There is no folder ${folder}.`, { cause })
  })
  return {
    place: root,
    list: () => namesBelow(root, ''),
    async open(name) {
      try {
        const path = await realpath(join(root, name))
        if (!path.startsWith(root.endsWith(sep) ? root : root + sep)) throw noSuchFile()
        // Non-blocking: a pipe among the files must hold nobody.
        const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
        if ((await handle.stat()).isFile()) return handle.createReadStream()
        await handle.close()
        throw noSuchFile()
      } catch (error) {
        throw isFailure(error) ? error : unreadable(name, error)
      }
    },
    close: () => {},
  }
}

function unreadable(name: string, cause: unknown): Failure {
  if (isShortage(cause)) return new Failure('unavailable', 'The folder cannot be read just now.', { cause })
  const { code = '' } = cause as NodeJS.ErrnoException
  if (code === 'EACCES' || code === 'EPERM') return new Failure('not_found', 'It may not be read.', { cause })
  // What stands for bytes that are no text.
  if (name.includes('\ufffd')) return new Failure('not_found', 'Its name is not in UTF-8.', { cause })
  return noSuchFile(cause)
}

/**
 * Folder by folder: what Node walks by itself (`recursive`, 20.20) leaves out whole folders where many lie side by side. One
 * that cannot be read, such as `lost+found`, keeps nobody from the others.
 */
async function* namesBelow(root: string, below: string): AsyncGenerator<string> {
  const entries = await opendir(join(root, below)).catch((error: unknown) => {
    if (below === '' || isShortage(error)) throw error
    return null
  })
  if (entries === null) yield below
  for await (const entry of entries ?? []) {
    if (entry.name.startsWith('.')) continue
    const name = below + entry.name
    if (entry.isDirectory()) yield* namesBelow(root, `${name}/`)
    else if (entry.isFile()) yield name
  }
}

async function openBucket(text: string): Promise<Originals> {
  // Foreign keys may be named in any way; ours may not.
  const url = new URL(text)
  const path = decodeURIComponent(url.pathname).replace(/^\/+/, '')
  const prefix = path === '' || path.endsWith('/') ? path : `${path}/`
  url.pathname = ''
  const address = parseS3Url(url.href, 's3://')
  const [{ GetObjectCommand, paginateListObjectsV2 }, { createClient }, { s3Failure }] = await Promise.all([
    import('@aws-sdk/client-s3'),
    import('./s3.ts'),
    import('./s3-failures.ts'),
  ])
  const { bucket } = address
  const client = createClient(address, { requestTimeout: 30_000, socketTimeout: 60_000 })
  return {
    place: `s3://${bucket}/${prefix}${address.endpoint === undefined ? '' : ` at ${address.endpoint}`}`,
    async *list() {
      const pages = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })
      try {
        for await (const { Contents = [] } of pages) {
          for (const { Key = '' } of Contents) {
            const name = Key.slice(prefix.length)
            if (name !== '' && !name.endsWith('/') && !isHidden(name)) yield name
          }
        }
      } catch (error) {
        throw s3Failure(error)
      }
    },
    async open(name, signal) {
      try {
        const command = new GetObjectCommand({ Bucket: bucket, Key: prefix + name })
        const { Body } = await client.send(command, { abortSignal: signal })
        if (Body === undefined) throw noSuchFile()
        return Body as Readable
      } catch (error) {
        throw s3Failure(error)
      }
    },
    close: () => client.destroy(),
  }
}
