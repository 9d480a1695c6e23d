import { useRef } from 'react'
import { useChangeSelection } from '../state/change-selection.ts'
import { useFilter } from '../state/filter.ts'
import { useImages } from '../state/use-images.ts'
import { useSelection } from '../state/use-selection.ts'
import { partOf, usePart } from '../ui/part.ts'

const goals = partOf(() => import('./album-goals.tsx'))

/** The albums that photos can be dropped on, while some are dragged. Where it does not come, nothing can be dropped. */
export function AlbumDrop({ dragged }: { dragged: ReadonlySet<string> | null }) {
  const { part } = usePart(goals, dragged !== null)
  const [filter] = useFilter()
  const { images } = useImages(filter)
  const { selection, ids, whole } = useSelection()
  // What was dragged is let go of before the album is told of it.
  const last = useRef<ReadonlySet<string>>(new Set())
  if (dragged !== null) last.current = dragged
  const all = whole && last.current === ids
  const chosen = {
    images: images.filter(({ id }) => last.current.has(id)),
    whole: all ? filter : null,
  }
  const { addToAlbum } = useChangeSelection(chosen, selection.clear)
  if (dragged === null || part === undefined) return null
  return <part.AlbumGoals count={all ? null : chosen.images.length} onAlbum={addToAlbum} />
}
