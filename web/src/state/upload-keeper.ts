import type { FolderWish } from './upload.ts'

/** A file, or an address, that was given to this page and is no image yet. */
export interface KeptUpload {
  id: string
  file: File
  /** Where it goes on, once it has begun. */
  url: string | null
  folder: FolderWish | null
  paused: boolean
  /** Where the service fetches it from; null for a file. */
  address: string | null
}

/** Where files wait that a page must not forget: they go on after a reload, or when the browser is opened again. */
export interface UploadKeeper {
  /** What earlier pages of this account left and no open one has, the oldest first. It is this page's from now on. */
  takeOver(): Promise<KeptUpload[]>
  /** Gives whether it is kept: not where the browser refuses, or it is too much. */
  keep(upload: KeptUpload): Promise<boolean>
  change(id: string, part: Partial<Pick<KeptUpload, 'url' | 'paused'>>): void
  drop(ids: readonly string[]): void
  /** Everything of the account goes, for good. */
  end(): void
}

/** Keeps nothing. */
export const forgetful: UploadKeeper = {
  takeOver: () => Promise.resolve([]),
  keep: () => Promise.resolve(false),
  change: () => undefined,
  drop: () => undefined,
  end: () => undefined,
}
