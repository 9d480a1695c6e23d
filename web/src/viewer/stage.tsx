import type { Image, Size } from '@rendition/contract'
import { ImageOff } from 'lucide-react'
import { type RefObject, useLayoutEffect, useState } from 'react'
import { t } from '../languages/translate.ts'
import { serviceText } from '../state/explain-error.ts'
import { classes } from '../ui/classes.ts'
import { Spinner } from '../ui/spinner.tsx'
import { useSwipe } from '../ui/use-swipe.ts'
import type { Zoom } from '../zoom/zoomable.tsx'
import { Picture } from './picture.tsx'

interface StageProps {
  image: Image
  size: Size | undefined
  zoom: RefObject<Zoom | null>
  onSwipe: (direction: 1 | -1) => void
  /** 1 is whole. */
  onScale: (scale: number) => void
}

/** The picture, whole and never larger than it is, until it is looked into. */
export function Stage({ image, size, zoom, onSwipe, onScale }: StageProps) {
  const [scale, setScale] = useState(1)
  useLayoutEffect(() => {
    onScale(scale)
    return () => onScale(1)
  }, [scale, onScale])
  const swipe = useSwipe(onSwipe, scale <= 1)
  return (
    <div
      className={classes(
        'grid size-full place-items-center overflow-hidden',
        scale <= 1 ? 'touch-pan-y' : 'touch-none',
      )}
      {...swipe}
    >
      {image.status === 'failed' ? (
        <Failed image={image} />
      ) : image.trashedAt ? (
        <p className="max-w-sm p-6 text-center text-muted">
          {t('This photo is in the trash. Restore it to see it again.')}
        </p>
      ) : size === undefined ? (
        <p className="flex items-center gap-2 text-muted">
          <Spinner /> {t('Making sizes…')}
        </p>
      ) : (
        <Picture image={image} size={size} zoom={zoom} scale={scale} onScale={setScale} />
      )}
    </div>
  )
}

function Failed({ image }: { image: Image }) {
  return (
    <p className="grid max-w-sm justify-items-center gap-3 p-6 text-center text-danger">
      <ImageOff aria-hidden className="size-8" strokeWidth={1.5} />
      {serviceText(image.errorMessage) ?? t('This file could not be processed.')}
    </p>
  )
}
