import type { Size } from '@rendition/contract'
import { useEffect, useState } from 'react'
import { pictureUrl } from '../pictures/picture-url.ts'
import { type Tones, tonesOf } from './tones.ts'

/** Pixels a side that are counted: enough for a curve, and counted within a frame. */
const side = 256

/** The tones of a picture as the service gives it; null until they are counted, and where they cannot be. */
export function useTones(size: Size | undefined): Tones | null {
  const [tones, setTones] = useState<Tones | null>(null)
  const url = size === undefined ? null : pictureUrl(size)
  useEffect(() => {
    setTones(null)
    if (url === null) return
    const aborting = new AbortController()
    const { signal } = aborting
    const count = async () => {
      const answer = await fetch(url, { signal })
      if (!answer.ok) return
      const bitmap = await createImageBitmap(await answer.blob())
      const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height))
      const [width, height] = [bitmap.width, bitmap.height].map((of) => Math.max(1, Math.round(of * scale)))
      const canvas = document.createElement('canvas')
      canvas.width = width ?? 1
      canvas.height = height ?? 1
      const context = canvas.getContext('2d', { willReadFrequently: true })
      context?.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
      bitmap.close()
      const data = context?.getImageData(0, 0, canvas.width, canvas.height).data
      if (!signal.aborted && data !== undefined) setTones(tonesOf(data))
    }
    // The panel does without: a picture that this browser does not show, a line that is down.
    count().catch(() => undefined)
    return () => aborting.abort()
  }, [url])
  return tones
}
