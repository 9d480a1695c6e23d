import type { Image } from '@rendition/contract'
import type { FolderWish, Unpacked } from './upload.ts'

export interface Sending {
  signal: AbortSignal
  onProgress(sent: number, total: number): void
  /** What becomes of its folders. */
  folder: FolderWish | null
  /** Where what was begun before goes on; null for a new one. */
  url: string | null
  /** It has begun: with this it goes on after anything. */
  onUrl(url: string): void
  /** All of an archive is there, and is unpacked now. */
  onUnpacking?(): void
}

/** How a file comes to the service. */
export interface UploadSender {
  /** Throws what the service refused with, or `NetworkError`. */
  send(file: File, sending: Sending): Promise<Image | Unpacked>
  /** Has the service fetch a picture itself; what was asked for is cancelled with the signal. */
  fetchFrom(address: string, fetching: Pick<Sending, 'signal' | 'url' | 'onUrl'>): Promise<Image>
  /** Takes back what was begun. */
  giveUp(url: string): Promise<void>
  /** Has the service fetch no longer what it was asked for. */
  stopFetching(url: string): Promise<void>
}
