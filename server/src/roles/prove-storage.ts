import type { Log } from '../platform/log.ts'
import { type Storage, StorageFault, tryStorage } from '../platform/storage/index.ts'

/**
 * A storage that knows neither us nor the bucket will not learn to: better no start than a first upload that fails. One that is
 * away may come, and one that only gives still serves what is there, so those are said, loudly, and the start goes on.
 */
export async function proveStorage(storage: Storage, url: string, log: Log): Promise<void> {
  try {
    await tryStorage(storage, url)
  } catch (error) {
    if (!(error instanceof StorageFault)) {
      log.error({ err: error }, 'the storage was not tried to its end')
      return
    }
    const said = `${error.message}. ${error.advice}`
    if (error.kind === 'login') throw new Error(`The storage cannot be used: ${said}`)
    log.error({ err: error }, `the storage cannot be used as it is: ${said}`)
  }
}
