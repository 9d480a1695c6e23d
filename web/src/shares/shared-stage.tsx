import type { SharedImage } from '@rendition/contract'
import { useRef, useState } from 'react'
import { t } from '../languages/translate.ts'
import { classes } from '../ui/classes.ts'
import { Spinner } from '../ui/spinner.tsx'
import { useSwipe } from '../ui/use-swipe.ts'
import { sharperSize } from '../zoom/sharper-size.ts'
import type { Zoom } from '../zoom/zoomable.tsx'
import { ZoomedPicture } from '../zoom/zoomed-picture.tsx'
import { shownSize } from './shown-size.ts'

interface SharedStageProps {
  image: SharedImage
  /** The picture did not come: its URL ended, or the share changed. */
  onStale: () => Promise<void>
  onSwipe: (direction: 1 | -1) => void
}

/** A picture of a link, whole until it is looked into: then in the size with the pixels for it, of those that the link gives. */
export function SharedStage({ image, onStale, onSwipe }: SharedStageProps) {
  const [asked, setAsked] = useState(false)
  const [scale, setScale] = useState(1)
  const zoom = useRef<Zoom>(null)
  const swipe = useSwipe(onSwipe, scale <= 1)
  const size = shownSize(image, Math.max(window.innerWidth, window.innerHeight) * window.devicePixelRatio)
  const stale = () => {
    // Once, so that a lasting fault is not hammered.
    if (!asked) void onStale()
    setAsked(true)
  }
  return (
    <div className="min-h-0 flex-1 p-2 pb-4 sm:px-16 sm:pb-8" {...swipe}>
      {size === null ? (
        <p
          className="grid size-full place-content-center justify-items-center gap-3 text-muted"
          role="status"
        >
          <Spinner /> {t('This photo is being processed')}
        </p>
      ) : (
        <div
          className={classes(
            'grid size-full place-items-center overflow-hidden',
            scale <= 1 ? 'touch-pan-y' : 'touch-none',
          )}
        >
          <ZoomedPicture
            picture={image}
            alt={image.altText ?? image.name}
            actualWidth={sharperSize(image, size, Number.POSITIVE_INFINITY).width}
            size={size}
            first={shownSize(image, 480) ?? undefined}
            zoom={zoom}
            scale={scale}
            onScale={setScale}
            onError={stale}
          />
        </div>
      )}
    </div>
  )
}
