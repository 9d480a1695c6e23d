import type { Folders, RejectedFile } from '@rendition/contract'
import { newId } from './new-id.ts'

/**
 * `waiting` for its turn, for a network or for the service, `uploading` or `paused`, then `processing` while the renditions are made, and in the
 * end `ready`; or `rejected` for good, `failed` for now (can be tried again), `cancelled`.
 */
export type UploadState =
  | 'waiting'
  | 'uploading'
  | 'paused'
  | 'processing'
  | 'ready'
  | 'rejected'
  | 'failed'
  | 'cancelled'

/** A file as it was chosen or dropped, with the folders that it came in; a path without one has no `/`. */
export interface ChosenFile {
  readonly file: File
  readonly path: string
}

/** What becomes of the folders of a file. */
export interface FolderWish {
  path: string
  folders: Folders
}

/** What became of the files of an archive. */
export interface Unpacked {
  made: number
  refused: number
  /** The first of them. */
  rejected: readonly RejectedFile[]
}

/** By its name, as people know one: many systems know no type for it. */
export const isArchive = ({ name }: Pick<File, 'name'>): boolean => /\.zip$/i.test(name)

export interface Upload {
  readonly key: number
  /** By which it is kept beyond this page. */
  readonly id: string
  readonly file: File
  readonly state: UploadState
  /** 0 to 1 of the bytes sent. */
  readonly sent: number
  /** 0 to 1 of the renditions made. */
  readonly rendered: number
  /** Once the service has taken it. */
  readonly imageId: string | null
  /** Why it was rejected or failed, or waits though there is a network. */
  readonly error: unknown
  /** How often it broke off since it last came further. */
  readonly broken: number
  /** Where it goes on, once it has begun; of one that the service fetches, the job that does. */
  readonly url: string | null
  /** null for a file that came in no folder. */
  readonly folder: FolderWish | null
  /** Of an archive, once it is unpacked. */
  readonly unpacked: Unpacked | null
  /** It goes on after a reload, too. */
  readonly kept: boolean
  /** Where the service fetches it from itself; null for a file of this device. */
  readonly address: string | null
}

export const isUnsent = ({ state }: Upload): boolean =>
  state === 'waiting' || state === 'uploading' || state === 'paused'
export const isActive = (upload: Upload): boolean => isUnsent(upload) || upload.state === 'processing'
export const isTrouble = ({ state }: Upload): boolean => state === 'rejected' || state === 'failed'

export function newUpload(key: number, file: File, part: Partial<Upload> = {}): Upload {
  return {
    key,
    id: newId(),
    file,
    state: 'waiting',
    sent: 0,
    rendered: 0,
    imageId: null,
    error: null,
    broken: 0,
    url: null,
    folder: null,
    unpacked: null,
    kept: false,
    address: null,
    ...part,
  }
}

/** What is fetched from an address, which has no bytes here: its name is the last of the path, or the host. */
export function newUploadFrom(key: number, address: string): Upload {
  const { host, pathname } = new URL(address)
  const last = pathname.split('/').filter(Boolean).at(-1)
  return newUpload(key, new File([], last === undefined ? host : decoded(last)), { address })
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The addresses in a text, each once; null where something in it is none. */
export function addressesIn(text: string): string[] | null {
  const words = text.split(/[\s,;]+/).filter(Boolean)
  const isAddress = (word: string): boolean => /^https?:\/\/[^/]/i.test(word) && URL.canParse(word)
  return words.length > 0 && words.every(isAddress) ? [...new Set(words)] : null
}
