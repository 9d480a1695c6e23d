import type { Queryable, Transaction } from '../database/port.ts'

/** Number and bytes of things that are stored. */
export interface Amount {
  count: number
  bytes: number
}

/** What goes with an image. Ids and digests alone: a receipt may outlive what it tells of. */
export interface DestroyedImage {
  originals: readonly { sha256: string; bytes: number }[]
  versions: number
  /** Stored smaller pictures: presets and levels. */
  levels: Amount
  /** Made for URLs, and kept. */
  cached: Amount
  /** Made by jobs, and kept. */
  madeByJobs: Amount
  /** Of jobs, kept for their time beside the storage. */
  results: number
  jobs: number
  /** What held it. */
  shares: number
  albums: number
  exports: number
}

/** What goes with an account besides its images, by name. */
export type DestroyedOfAccount = Readonly<Record<string, number>>

/** Why something was deleted for good: somebody asked for it, its time in the trash was over, its account was erased. */
export type ErasedBecause = 'request' | 'trash' | 'account'

/** Writes down what is destroyed, for a receipt that is signed when all of it is gone. */
export interface ErasureBook {
  /** In the transaction that deletes the image. */
  noteImage(
    tx: Transaction,
    image: { id: string; ownerId: string; because: ErasedBecause; destroyed: DestroyedImage },
  ): Promise<void>
  /**
   * In the transaction that closes an account, after which nothing is added to it: with what goes besides its images.
   * Gives the secret that its receipt is fetched with.
   */
  openAccount(tx: Transaction, userId: string, destroyed: DestroyedOfAccount): Promise<string>
  /** In the transaction that removes the account's row. */
  closeAccount(tx: Transaction, userId: string): Promise<void>
}

/** For rooms that are made without receipts. */
export const noErasureBook: ErasureBook = {
  noteImage: async () => {},
  openAccount: async () => '',
  closeAccount: async () => {},
}

/** What a receipt asks of the room that has the files, before it is signed. */
export interface ErasedFiles {
  /** Whether the storage lists nothing of the image any more; what it finds is removed. */
  areGone(imageId: string): Promise<boolean>
  /** Whether some removal that was asked for until then is unfinished. */
  removalsWait(db: Queryable, until: Date): Promise<boolean>
}
