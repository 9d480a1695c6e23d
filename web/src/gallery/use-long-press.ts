import { type PointerEvent, useRef } from 'react'

const holdMs = 450
/** A finger that moves further is scrolling. */
const slackPx = 8

/** Runs `act` when a finger rests on something. */
export function useLongPress(act: (target: Element) => void): {
  onPointerDown: (event: PointerEvent) => void
  onPointerMove: (event: PointerEvent) => void
  onPointerUp: () => void
  onPointerCancel: () => void
  onContextMenu: (event: { preventDefault(): void }) => void
} {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const start = useRef({ x: 0, y: 0 })
  const touching = useRef(false)
  const stop = () => {
    clearTimeout(timer.current)
    touching.current = false
  }
  return {
    onPointerDown({ pointerType, clientX, clientY, target }) {
      if (pointerType !== 'touch' || !(target instanceof Element)) return
      touching.current = true
      start.current = { x: clientX, y: clientY }
      timer.current = setTimeout(() => act(target), holdMs)
    },
    onPointerMove({ clientX, clientY }) {
      const { x, y } = start.current
      if (touching.current && Math.hypot(clientX - x, clientY - y) > slackPx) stop()
    },
    onPointerUp: stop,
    onPointerCancel: stop,
    onContextMenu(event) {
      if (touching.current) event.preventDefault()
    },
  }
}
