import { type RefObject, useEffect, useState } from 'react'

/** Whether an element is on the screen or within `margin` pixels of it. */
export function useNear(ref: RefObject<HTMLElement | null>, margin: number, initially = false): boolean {
  const [near, setNear] = useState(initially)
  useEffect(() => {
    const element = ref.current
    if (element === null) return
    const observer = new IntersectionObserver((entries) => setNear(isNear(entries)), {
      rootMargin: `${margin}px 0px`,
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [ref, margin])
  return near
}

/** What was seen last: a busy page is told of several frames at once, and of the last one never again. */
export const isNear = (entries: readonly Pick<IntersectionObserverEntry, 'isIntersecting'>[]): boolean =>
  entries.at(-1)?.isIntersecting === true
