import { type RefObject, useEffect, useState } from 'react'

/** Whether an element is on the screen or within `margin` pixels of it. */
export function useNear(ref: RefObject<HTMLElement | null>, margin: number, initially = false): boolean {
  const [near, setNear] = useState(initially)
  useEffect(() => {
    const element = ref.current
    if (element === null) return
    const observer = new IntersectionObserver(([entry]) => setNear(entry?.isIntersecting === true), {
      rootMargin: `${margin}px 0px`,
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [ref, margin])
  return near
}
