import { type KeyboardEvent, type PointerEvent, useRef } from 'react'
import type { Phrase } from '../languages/catalogue.ts'
import { t } from '../languages/translate.ts'
import type { Box } from '../painting/sizes.ts'
import { classes } from '../ui/classes.ts'
import { type Handle, moved, type Ratio, type Room, resized } from './model/crop-box.ts'

interface BoxOverlayProps {
  /** What lies outside a crop is dimmed; a region lies on its picture. */
  kind: 'crop' | 'region'
  crop: Box
  room: Room
  ratio: Ratio
  /** Pixels of the page to one of the picture. */
  scale: number
  /** Changes of one gesture are one change. */
  onChange: (crop: Box, gesture: string) => void
  onSettle: () => void
}

const handles: readonly (Handle & { name: Phrase; look: string })[] = [
  { across: -1, down: -1, name: 'top left corner', look: 'top-0 left-0 cursor-nwse-resize' },
  { across: 0, down: -1, name: 'top edge', look: 'top-0 left-1/2 cursor-ns-resize' },
  { across: 1, down: -1, name: 'top right corner', look: 'top-0 left-full cursor-nesw-resize' },
  { across: 1, down: 0, name: 'right edge', look: 'top-1/2 left-full cursor-ew-resize' },
  { across: 1, down: 1, name: 'bottom right corner', look: 'top-full left-full cursor-nwse-resize' },
  { across: 0, down: 1, name: 'bottom edge', look: 'top-full left-1/2 cursor-ns-resize' },
  { across: -1, down: 1, name: 'bottom left corner', look: 'top-full left-0 cursor-nesw-resize' },
  { across: -1, down: 0, name: 'left edge', look: 'top-1/2 left-0 cursor-ew-resize' },
]

const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

/** A rectangle of the picture, such as what is cut out: moved and resized by hand, and by the arrow keys, ten times as far with Shift. */
export function BoxOverlay({ kind, crop, room, ratio, scale, onChange, onSettle }: BoxOverlayProps) {
  const grip = useRef<{ crop: Box; x: number; y: number; handle: Handle | null } | null>(null)

  const begin = (handle: Handle | null) => (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0) return
    event.stopPropagation()
    event.currentTarget.setPointerCapture(event.pointerId)
    grip.current = { crop, x: event.clientX, y: event.clientY, handle }
  }
  const drag = (event: PointerEvent) => {
    const { current } = grip
    if (current === null) return
    const by = { x: (event.clientX - current.x) / scale, y: (event.clientY - current.y) / scale }
    const { handle } = current
    onChange(
      handle === null ? moved(current.crop, by, room) : resized(current.crop, handle, by, ratio, room),
      kind,
    )
  }
  const end = () => {
    if (grip.current === null) return
    grip.current = null
    onSettle()
  }
  const onKeyDown = (handle: Handle | null) => (event: KeyboardEvent) => {
    const arrow = arrows[event.key]
    if (arrow === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    event.stopPropagation()
    const far = event.shiftKey ? 10 : 1
    const by = { x: arrow[0] * far, y: arrow[1] * far }
    onChange(handle === null ? moved(crop, by, room) : resized(crop, handle, by, ratio, room), `${kind}-keys`)
  }
  const what = t('{width} by {height} pixels, {x} from the left, {y} from the top', {
    width: crop.width,
    height: crop.height,
    x: crop.x,
    y: crop.y,
  })
  const place = {
    left: crop.x * scale,
    top: crop.y * scale,
    width: crop.width * scale,
    height: crop.height * scale,
  }
  return (
    <>
      {kind === 'crop' && (
        <div aria-hidden className="pointer-events-none absolute inset-0 overflow-hidden">
          <div className="absolute shadow-[0_0_0_9999px_rgb(0_0_0/0.55)]" style={place} />
        </div>
      )}
      <div
        className="absolute touch-none outline outline-white/80"
        style={place}
        data-box={kind}
        onPointerMove={drag}
        onPointerUp={end}
        onPointerCancel={end}
        onLostPointerCapture={end}
      >
        <button
          type="button"
          aria-label={
            kind === 'crop'
              ? t('Crop: {place}. Arrow keys move it.', { place: what })
              : t('Region: {place}. Arrow keys move it.', { place: what })
          }
          className="absolute inset-0 size-full cursor-move"
          onPointerDown={begin(null)}
          onKeyDown={onKeyDown(null)}
          onBlur={onSettle}
        />
        {kind === 'crop' && <Thirds />}
        {handles.map((handle) => (
          <button
            key={handle.name}
            type="button"
            aria-label={
              kind === 'crop'
                ? t('Move the {edge} of the crop', { edge: t(handle.name) })
                : t('Move the {edge} of the region', { edge: t(handle.name) })
            }
            data-handle={handle.name}
            className={classes(
              'absolute grid size-8 -translate-x-1/2 -translate-y-1/2 touch-none place-items-center',
              handle.look,
            )}
            onPointerDown={begin(handle)}
            onKeyDown={onKeyDown(handle)}
            onBlur={onSettle}
          >
            <span aria-hidden className="size-3 rounded-full bg-white shadow-[0_0_0_1px_rgb(0_0_0/0.5)]" />
          </button>
        ))}
      </div>
    </>
  )
}

/** Where one likes to have what matters. */
function Thirds() {
  return (
    <div aria-hidden className="pointer-events-none absolute inset-0 grid grid-cols-3 grid-rows-3">
      {[0, 1, 2, 3, 4, 5, 6, 7, 8].map((cell) => (
        <span
          key={cell}
          className="border-white/25 [&:not(:nth-child(3n))]:border-r [&:nth-child(-n+6)]:border-b"
        />
      ))}
    </div>
  )
}
