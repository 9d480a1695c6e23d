import { partOf, usePart } from '../ui/part.ts'

const goals = partOf(() => import('./album-goals.tsx'))

/** The albums that photos can be dropped on, while some are dragged. Where it does not come, nothing can be dropped. */
export function AlbumDrop({ dragged }: { dragged: ReadonlySet<string> | null }) {
  const { part } = usePart(goals, dragged !== null)
  // Also when they were let go of: the album is told of it then.
  return part && <part.AlbumGoals dragged={dragged} />
}
