import { mkdir } from 'node:fs/promises'
import { openStorage, StorageFault, storageFault, tryStorage } from '../../platform/storage/index.ts'
import { type Check, Fault } from './check.ts'
import { redact } from './redact.ts'

/** Keeps, reads and deletes an object, as the start of the service does. */
export function checkStorage(url: string, folder: string): Check {
  return {
    name: 'storage',
    advice: `STORAGE_URL is ${redact(url)}. Is the server up, the address right, the login allowed?`,
    async look() {
      await mkdir(folder, { recursive: true })
      try {
        const storage = await openStorage({ url, folder }).catch((error: unknown) => {
          throw storageFault('it cannot be opened', error, url)
        })
        try {
          await tryStorage(storage, url)
        } finally {
          await storage.close()
        }
      } catch (error) {
        if (!(error instanceof StorageFault)) throw error
        throw new Fault(error.message, `${error.advice} STORAGE_URL is ${redact(url)}.`, error)
      }
      return `${redact(url)} keeps, gives and deletes an object`
    },
  }
}
