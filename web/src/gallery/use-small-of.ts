import type { Image } from '@rendition/contract'
import { useEffect, useState } from 'react'
import { type DrawSmall, drawSmallOf } from '../painting/draw-small.ts'
import { pictureSource } from '../pictures/picture-source.ts'
import { fetchPicture } from '../state/fetch-picture.ts'

/**
 * Draws a photo small, of a size that was made of it: what the gallery has shown already. Undefined while that is on its way, null where there is none
 * or the browser cannot.
 */
export function useSmallOf(image: Image | undefined): DrawSmall | null | undefined {
  const [draw, setDraw] = useState<{ draw: DrawSmall | null }>()
  const size = image?.sizes.small ?? image?.sizes.medium
  const source = size === undefined ? null : pictureSource(size)
  useEffect(() => {
    if (source === null) return setDraw({ draw: null })
    const aborting = new AbortController()
    const { signal } = aborting
    let end = (): void => undefined
    const load = async () => {
      const bitmap = await createImageBitmap(await fetchPicture(source, signal), { premultiplyAlpha: 'none' })
      const made = signal.aborted ? null : drawSmallOf(bitmap)
      bitmap.close()
      if (signal.aborted) return made?.end()
      end = () => made?.end()
      setDraw({ draw: made?.draw ?? null })
    }
    load().catch(() => !signal.aborted && setDraw({ draw: null }))
    return () => {
      aborting.abort()
      end()
      setDraw(undefined)
    }
  }, [source])
  return draw === undefined ? undefined : draw.draw
}
