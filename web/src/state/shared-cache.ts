/** Where the worker puts what another app shares (`worker/shared.ts`). */
export const sharedCache = 'rendition-shared'

export async function forgetSharedFiles(): Promise<void> {
  if ('caches' in globalThis) await caches.delete(sharedCache)
}
