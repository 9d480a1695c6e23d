import { memo, useCallback, useSyncExternalStore } from 'react'
import { useLanguage } from '../languages/language.ts'
import { useAccount } from '../state/account-scope.tsx'
import { useAsOf } from '../state/seen.ts'
import type { GridScroll } from './grid-scroll.ts'
import { monthSpace, type PlacedChunk } from './layout.ts'
import { nameOfMonth } from './months.ts'
import { Tile } from './tile.tsx'

interface ChunkProps {
  placed: PlacedChunk
  scroll: GridScroll
  /** Nothing stands above it. */
  first: boolean
  names: boolean
  hrefOf: (id: string) => string
  selected: ReadonlySet<string>
  selectable: boolean
  selecting: boolean
  /** In the page wherever one has scrolled to: what has, or will get, the focus. null where it is in another chunk. */
  tabStop: string | null
  /** Of pictures whose file lies here, as they were uploaded from this page. */
  local: ReadonlySet<string>
}

/** Its height is known beforehand, so it keeps its place in the page; its tiles are only there when they are near. */
export const Chunk = memo(function Chunk(props: ChunkProps) {
  const { placed, scroll, first, names, hrefOf, selected, selectable, selecting, tabStop, local } = props
  const { chunk, layout } = placed
  const { key } = chunk
  const language = useLanguage()
  const kept = useAsOf(useAccount()) !== null
  const subscribe = useCallback((listener: () => void) => scroll.subscribe(key, listener), [scroll, key])
  const shown = useSyncExternalStore(subscribe, () => scroll.rowsOf(key))
  return (
    <>
      {chunk.month !== null && chunk.headed && (
        <h2
          data-month={chunk.month}
          style={{ height: monthSpace.name, marginTop: first ? 0 : monthSpace.above }}
          className="flex items-end pb-2.5 font-medium text-sm tracking-tight"
        >
          {nameOfMonth(chunk.month)}
        </h2>
      )}
      <ul
        className="relative [contain:layout_size_style]"
        style={{ height: layout.height }}
        data-chunk={chunk.key}
      >
        {layout.rows.map(({ tiles }, row) => {
          const pinned = tabStop !== null && tiles.some(({ image }) => image.id === tabStop)
          if (!pinned && (row < shown.from || row >= shown.to)) return null
          const whole = pinned || (row >= shown.wholeFrom && row < shown.wholeTo)
          return tiles.map((tile) => (
            <Tile
              language={language}
              kept={kept}
              key={tile.image.id}
              placed={tile}
              whole={whole}
              href={hrefOf(tile.image.id)}
              selected={selected.has(tile.image.id)}
              selectable={selectable}
              selecting={selecting}
              tabStop={tile.image.id === tabStop}
              names={names}
              local={local.has(tile.image.id)}
            />
          ))
        })}
      </ul>
    </>
  )
})
