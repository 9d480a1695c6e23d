import type { OperationOf, Place } from '@rendition/contract/recipe'
import { type KeyboardEvent, type PointerEvent, useRef } from 'react'
import { t } from '../languages/translate.ts'
import type { Size } from '../painting/sizes.ts'
import { movedMark, pointOf } from './model/mark-place.ts'

interface MarkOverlayProps {
  mark: OperationOf<'watermark'>
  /** Of what is shown, in pixels of the page. */
  shown: Size
  onChange: (position: Place, gesture: string) => void
  onSettle: () => void
}

const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-0.01, 0],
  ArrowRight: [0.01, 0],
  ArrowUp: [0, -0.01],
  ArrowDown: [0, 0.01],
}

/** The room of a mark, to be put anywhere by hand, and by the arrow keys. The mark follows when the hand rests. */
export function MarkOverlay({ mark, shown, onChange, onSettle }: MarkOverlayProps) {
  const grip = useRef<{ at: { x: number; y: number }; x: number; y: number } | null>(null)
  const at = pointOf(mark)
  const drag = (event: PointerEvent) => {
    const { current } = grip
    if (current === null) return
    const by = {
      x: (event.clientX - current.x) / shown.width,
      y: (event.clientY - current.y) / shown.height,
    }
    onChange(movedMark(current.at, by), 'mark-place')
  }
  const end = () => {
    if (grip.current === null) return
    grip.current = null
    onSettle()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const arrow = arrows[event.key]
    if (arrow === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    event.stopPropagation()
    const far = event.shiftKey ? 10 : 1
    onChange(movedMark(at, { x: arrow[0] * far, y: arrow[1] * far }), 'mark-place-keys')
  }
  const percent = (share: number) => `${Math.round(share * 100)} %`
  return (
    <div className="pointer-events-none absolute inset-0 overflow-hidden">
      <button
        type="button"
        aria-label={t('Place of the mark: {x} from the left, {y} from the top. Arrow keys move it.', {
          x: percent(at.x),
          y: percent(at.y),
        })}
        className="pointer-events-auto absolute min-h-8 min-w-8 -translate-x-1/2 -translate-y-1/2 cursor-move touch-none rounded-sm border border-white border-dashed
          shadow-[0_0_0_1px_rgb(0_0_0/0.5),inset_0_0_0_1px_rgb(0_0_0/0.5)]"
        style={{
          left: `${at.x * 100}%`,
          top: `${at.y * 100}%`,
          width: mark.size * shown.width,
          height: mark.size * shown.height,
        }}
        data-mark-place={`${at.x},${at.y}`}
        onPointerDown={(event) => {
          if (event.button !== 0) return
          event.currentTarget.setPointerCapture(event.pointerId)
          grip.current = { at, x: event.clientX, y: event.clientY }
        }}
        onPointerMove={drag}
        onPointerUp={end}
        onPointerCancel={end}
        onLostPointerCapture={end}
        onKeyDown={onKeyDown}
        onBlur={onSettle}
      />
    </div>
  )
}
