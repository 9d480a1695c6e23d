import { useCallback } from 'react'
import { useAccount } from '../state/account-scope.tsx'
import { loadImage } from '../state/live-images.ts'

/** Photos for which a new URL was asked, once each, so that a lasting fault is not hammered. */
const mostAsked = 1000

/**
 * Marks tiles whose picture has come, `data-shown`, for their style: heard once for all of the gallery, and without React,
 * which made every tile twice.
 */
export function usePictureLoads() {
  const account = useAccount()
  return useCallback(
    (gallery: HTMLElement | null) => {
      if (gallery === null) return
      const asked = new Set<string>()
      const onLoad = ({ target }: Event) => {
        if (target instanceof HTMLImageElement && target.dataset.picture !== undefined)
          target.closest<HTMLElement>('[data-tile]')?.setAttribute('data-shown', '')
      }
      const onError = ({ target }: Event) => {
        if (!(target instanceof HTMLImageElement) || target.dataset.picture === undefined) return
        // A signed URL ends one day; the service gives a new one.
        const id = target.closest<HTMLElement>('[data-tile]')?.dataset.tile
        if (id === undefined || asked.has(id) || asked.size >= mostAsked) return
        asked.add(id)
        void loadImage(account, id)
      }
      // Neither goes up from where it happens.
      gallery.addEventListener('load', onLoad, true)
      gallery.addEventListener('error', onError, true)
      return () => {
        gallery.removeEventListener('load', onLoad, true)
        gallery.removeEventListener('error', onError, true)
      }
    },
    [account],
  )
}
