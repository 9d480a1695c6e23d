import type { Image } from '@rendition/contract'
import { useEffect } from 'react'
import { useFavourite, useRate } from '../state/favourite.ts'
import { isElsewhere } from '../ui/is-typing.ts'

/** Keys that mark photos: `f` as favourites, or not any more, and a digit with so many stars. */
export const isMarkKey = (key: string): boolean => /^[f0-5]$/.test(key)

/** What is selected is marked, else the photo that has the focus. */
export function useMarkKeys(
  images: readonly Image[],
  selected: ReadonlySet<string>,
  listening: boolean,
): void {
  const favourite = useFavourite()
  const rate = useRate()
  useEffect(() => {
    if (!listening) return
    const onKeyDown = (event: KeyboardEvent) => {
      const { target } = event
      if (!isMarkKey(event.key) || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented)
        return
      if (!(target instanceof HTMLElement) || isElsewhere(target)) return
      const focused = target.closest<HTMLElement>('[data-tile]')?.dataset.tile
      const meant = images.filter(({ id }) => (selected.size > 0 ? selected.has(id) : id === focused))
      if (meant.length === 0) return
      if (event.key === 'f') favourite(meant)
      else rate(meant, Number(event.key) as Image['rating'])
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [images, selected, listening, favourite, rate])
}
