import { type TouchEvent, useRef } from 'react'
import { isRightToLeft } from '../languages/direction.ts'

const distancePx = 56

/** A sideways stroke of one finger; -1 to where reading goes on, which brings the previous picture, 1 to where it begins. */
export function useSwipe(onSwipe: (direction: 1 | -1) => void, enabled: boolean) {
  const start = useRef<{ x: number; y: number } | null>(null)
  return {
    onTouchStart: ({ touches }: TouchEvent) => {
      const touch = touches.item(0)
      start.current =
        enabled && !isMagnified() && touches.length === 1 && touch !== null
          ? { x: touch.clientX, y: touch.clientY }
          : null
    },
    onTouchEnd: ({ changedTouches }: TouchEvent) => {
      const touch = changedTouches.item(0)
      if (start.current === null || touch === null) return
      const dx = touch.clientX - start.current.x
      const dy = touch.clientY - start.current.y
      start.current = null
      if (Math.abs(dx) > distancePx && Math.abs(dx) > 2 * Math.abs(dy))
        onSwipe(dx < 0 !== isRightToLeft() ? 1 : -1)
    },
  }
}

/** The whole page is larger than the window, by two fingers: a stroke moves it. */
const isMagnified = (): boolean => (window.visualViewport?.scale ?? 1) > 1.05
