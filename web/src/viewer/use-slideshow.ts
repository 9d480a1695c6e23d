import { useEffect, useState } from 'react'

const pictureForMs = 4000

/** Goes on by itself from picture to picture, and stops at the last one, or when somebody takes over. */
export function useSlideshow(
  id: string,
  next: (() => void) | undefined,
): { playing: boolean; toggle: () => void; stop: () => void } {
  const [playing, setPlaying] = useState(false)
  // biome-ignore lint/correctness/useExhaustiveDependencies: each picture has its own time, whatever is drawn anew meanwhile
  useEffect(() => {
    if (!playing) return
    if (next === undefined) return setPlaying(false)
    const timer = setTimeout(next, pictureForMs)
    return () => clearTimeout(timer)
  }, [playing, id, next === undefined])
  return { playing, toggle: () => setPlaying(!playing), stop: () => setPlaying(false) }
}
