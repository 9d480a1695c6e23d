import { memo, useMemo, useRef } from 'react'
import { type Chunk as ChunkOfImages, layOut } from './layout.ts'
import { Tile } from './tile.tsx'
import { useNear } from './use-near.ts'

/** More than two screens: fast scrolling seldom meets a stretch that is not there yet. */
const margin = 1800

interface ChunkProps {
  chunk: ChunkOfImages
  width: number
  hrefOf: (id: string) => string
  selected: ReadonlySet<string>
  tabStop: string | null
  /** In the page wherever one has scrolled to: what has, or will get, the focus. */
  pinned: boolean
  onToggle: ((id: string, range: boolean) => void) | null
}

/** Its height is known beforehand, so it keeps its place in the page; its tiles are only there when it is near. */
export const Chunk = memo(function Chunk(props: ChunkProps) {
  const { chunk, width, hrefOf, selected, tabStop, pinned, onToggle } = props
  const element = useRef<HTMLUListElement>(null)
  const near = useNear(element, margin)
  const { height, tiles } = useMemo(() => layOut(chunk.images, width), [chunk.images, width])
  return (
    <ul ref={element} className="relative [contain:layout_style]" style={{ height }} data-chunk={chunk.key}>
      {(near || pinned) &&
        tiles.map((placed) => (
          <Tile
            key={placed.image.id}
            placed={placed}
            href={hrefOf(placed.image.id)}
            selected={selected.has(placed.image.id)}
            selecting={selected.size > 0}
            tabStop={placed.image.id === tabStop}
            onToggle={onToggle}
          />
        ))}
    </ul>
  )
})
