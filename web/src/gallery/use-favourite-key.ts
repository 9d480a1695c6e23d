import type { Image } from '@rendition/contract'
import { useEffect } from 'react'
import { useFavourite } from '../state/favourite.ts'
import { isElsewhere } from '../ui/is-typing.ts'

/** `f` marks what is selected, else the photo that has the focus, as a favourite, or unmarks it. */
export function useFavouriteKey(
  images: readonly Image[],
  selected: ReadonlySet<string>,
  listening: boolean,
): void {
  const favourite = useFavourite()
  useEffect(() => {
    if (!listening) return
    const onKeyDown = (event: KeyboardEvent) => {
      const { target } = event
      if (event.key !== 'f' || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented)
        return
      if (!(target instanceof HTMLElement) || isElsewhere(target)) return
      const focused = target.closest<HTMLElement>('[data-tile]')?.dataset.tile
      const meant = images.filter(({ id }) => (selected.size > 0 ? selected.has(id) : id === focused))
      if (meant.length > 0) favourite(meant)
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [images, selected, listening, favourite])
}
