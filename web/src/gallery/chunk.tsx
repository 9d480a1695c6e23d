import { memo, useMemo, useRef } from 'react'
import { type Chunk as ChunkOfImages, type Density, layOut } from './layout.ts'
import { nameOfMonth } from './months.ts'
import { Tile } from './tile.tsx'
import { useNear } from './use-near.ts'

/** More than two screens: fast scrolling seldom meets a stretch that is not there yet. */
const margin = 1800

interface ChunkProps {
  chunk: ChunkOfImages
  width: number
  density: Density
  names: boolean
  hrefOf: (id: string) => string
  selected: ReadonlySet<string>
  tabStop: string | null
  /** In the page wherever one has scrolled to: what has, or will get, the focus. */
  pinned: boolean
  onToggle: ((id: string, range: boolean) => void) | null
}

/** Its height is known beforehand, so it keeps its place in the page; its tiles are only there when it is near. */
export const Chunk = memo(function Chunk(props: ChunkProps) {
  const { chunk, width, density, names, hrefOf, selected, tabStop, pinned, onToggle } = props
  const element = useRef<HTMLUListElement>(null)
  const near = useNear(element, margin)
  const { height, tiles } = useMemo(
    () => layOut(chunk.images, width, density),
    [chunk.images, width, density],
  )
  return (
    <>
      {chunk.month !== null && chunk.headed && (
        <h2
          data-month={chunk.month}
          className="flex h-12 items-end pb-2.5 font-medium text-sm tracking-tight not-first:mt-3"
        >
          {nameOfMonth(chunk.month)}
        </h2>
      )}
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
              names={names}
              onToggle={onToggle}
            />
          ))}
      </ul>
    </>
  )
})
