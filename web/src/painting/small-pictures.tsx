import type { Operation } from '@rendition/contract/recipe'
import { useEffect, useState } from 'react'
import type { DrawSmall } from './draw-small.ts'

/** What each of these makes of the picture, one in a frame: whatever else is drawn goes on meanwhile. */
export function useSmallPictures(
  draw: DrawSmall | null | undefined,
  wanted: readonly (readonly Operation[])[],
): readonly (ImageData | null | undefined)[] {
  const [drawn, setDrawn] = useState<readonly (ImageData | null | undefined)[]>([])
  const said = JSON.stringify(wanted)
  useEffect(() => {
    if (draw == null) return
    const all: (readonly Operation[])[] = JSON.parse(said)
    let frame = 0
    const next = (index: number): void => {
      const operations = all[index]
      if (operations === undefined) return
      frame = requestAnimationFrame(() => {
        const picture = draw(operations)
        setDrawn((known) => all.map((_, at) => (at === index ? picture : known[at])))
        next(index + 1)
      })
    }
    next(0)
    return () => cancelAnimationFrame(frame)
  }, [draw, said])
  return drawn
}

/** One of them, in a place of its own that is there before it is. */
export function SmallPicture({ picture }: { picture: ImageData | null | undefined }) {
  const [canvas, setCanvas] = useState<HTMLCanvasElement | null>(null)
  useEffect(() => {
    if (canvas === null || picture == null) return
    canvas.width = picture.width
    canvas.height = picture.height
    canvas.getContext('2d')?.putImageData(picture, 0, 0)
  }, [canvas, picture])
  return (
    <span className="block aspect-4/3 w-full overflow-hidden rounded-md bg-sunken">
      {picture != null && (
        <canvas
          ref={setCanvas}
          aria-hidden
          className="checkered block size-full animate-appear object-cover"
          data-small-picture
        />
      )}
    </span>
  )
}
