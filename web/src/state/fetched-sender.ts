import { type Client, NetworkError } from '@rendition/client'
import type { UploadSender } from './upload-sender.ts'

/** Sends by tus, which only those fetch who upload. */
export function createFetchedSender(client: Client, endpoint: string): UploadSender {
  const open = async (): Promise<UploadSender> => {
    try {
      return (await import('./tus-sender.ts')).createTusSender(client, endpoint)
    } catch (cause) {
      throw new NetworkError('A part of the page could not be loaded.', { cause })
    }
  }
  return {
    send: async (file, sending) => (await open()).send(file, sending),
    fetchFrom: async (address, fetching) => (await open()).fetchFrom(address, fetching),
    stopFetching: async (url) => (await open()).stopFetching(url),
    giveUp: async (url) => (await open()).giveUp(url),
  }
}
