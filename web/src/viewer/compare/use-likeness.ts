import { useEffect, useState } from 'react'

/** Bounds what is compared: a larger one is compared at this many pixels, as it is seen. */
const mostPixels = 1_500_000

/** `counting` until it is known; null where two pictures cannot be compared, being of other shapes say. */
export type Likeness = number | null | 'counting'

/** How alike two pictures are, counted in a worker so that the slider never waits for it. */
export function useLikeness(left: Blob | undefined, right: Blob | undefined): Likeness {
  const [likeness, setLikeness] = useState<Likeness>('counting')
  useEffect(() => {
    setLikeness('counting')
    if (left === undefined || right === undefined) return
    let worker: Worker | null = null
    let ended = false
    const count = async () => {
      const pair = await Promise.all([left, right].map((blob) => smallBitmap(blob)))
      if (ended) return
      worker = new Worker(new URL('./ssim-worker.ts', import.meta.url), { type: 'module' })
      worker.onmessage = ({ data }: MessageEvent<number | null>) => setLikeness(data)
      worker.onerror = () => setLikeness(null)
      worker.postMessage({ pair }, pair)
    }
    count().catch(() => !ended && setLikeness(null))
    return () => {
      ended = true
      worker?.terminate()
    }
  }, [left, right])
  return likeness
}

async function smallBitmap(blob: Blob): Promise<ImageBitmap> {
  const whole = await createImageBitmap(blob)
  const scale = Math.sqrt(mostPixels / (whole.width * whole.height))
  if (scale >= 1) return whole
  const [resizeWidth, resizeHeight] = [whole.width, whole.height].map((of) =>
    Math.max(1, Math.round(of * scale)),
  )
  whole.close()
  return createImageBitmap(blob, {
    ...(resizeWidth && { resizeWidth }),
    ...(resizeHeight && { resizeHeight }),
    resizeQuality: 'high',
  })
}
