import { type PointerEvent, type RefObject, useRef } from 'react'

const holdMs = 450
/** A finger that moves further is scrolling. */
const slackPx = 8

/** Runs `act` when a finger rests. The flag stays up until the click that follows has been dealt with. */
export function useLongPress(act: () => void): [
  RefObject<boolean>,
  {
    onPointerDown: (event: PointerEvent) => void
    onPointerMove: (event: PointerEvent) => void
    onPointerUp: () => void
    onPointerCancel: () => void
    onContextMenu: (event: { preventDefault(): void }) => void
  },
] {
  const pressed = useRef(false)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const start = useRef({ x: 0, y: 0 })
  const touching = useRef(false)
  const stop = () => {
    clearTimeout(timer.current)
    touching.current = false
  }
  return [
    pressed,
    {
      onPointerDown({ pointerType, clientX, clientY }) {
        pressed.current = false
        if (pointerType !== 'touch') return
        touching.current = true
        start.current = { x: clientX, y: clientY }
        timer.current = setTimeout(() => {
          pressed.current = true
          act()
        }, holdMs)
      },
      onPointerMove({ clientX, clientY }) {
        const { x, y } = start.current
        if (Math.hypot(clientX - x, clientY - y) > slackPx) stop()
      },
      onPointerUp: stop,
      onPointerCancel: stop,
      onContextMenu(event) {
        if (touching.current) event.preventDefault()
      },
    },
  ]
}
