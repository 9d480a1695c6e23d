/** Where the worker puts what another app shares (`worker/shared.ts`). */
export const sharedCache = 'rendition-shared'

/** Whether it was there: of two tabs that answer for it one is told so. */
export async function forgetSharedFiles(): Promise<boolean> {
  return 'caches' in globalThis && caches.delete(sharedCache)
}
