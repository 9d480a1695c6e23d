import type { Image, Size } from '@rendition/contract'
import { ImageOff } from 'lucide-react'
import { useState } from 'react'
import { placeholderUrl } from '../gallery/placeholder.ts'
import { load } from '../live/use-live-images.ts'
import { classes } from '../ui/classes.ts'
import { Spinner } from '../ui/spinner.tsx'
import { useSwipe } from './use-swipe.ts'

interface StageProps {
  image: Image
  size: Size | undefined
  /** One pixel of the picture to one of the page, with scrolling. */
  actual: boolean
  onToggleActual: () => void
  onSwipe: (direction: 1 | -1) => void
}

/** The picture, never larger than it is. */
export function Stage({ image, size, actual, onToggleActual, onSwipe }: StageProps) {
  const swipe = useSwipe(onSwipe, !actual)
  return (
    <div
      // The picture's measures are those of the stage: cqw and cqh.
      className={classes(
        'grid size-full [container-type:size]',
        actual ? 'place-content-start overflow-auto' : 'touch-pan-y place-items-center overflow-hidden',
      )}
      {...swipe}
    >
      {image.status === 'failed' ? (
        <Failed image={image} />
      ) : size === undefined ? (
        <p className="flex items-center gap-2 text-muted">
          <Spinner /> Making sizes…
        </p>
      ) : (
        <Picture key={image.id} image={image} size={size} actual={actual} onToggleActual={onToggleActual} />
      )}
    </div>
  )
}

type PictureProps = Pick<StageProps, 'image' | 'actual' | 'onToggleActual'> & { size: Size }

/** The ThumbHash, over it the small size, which the gallery has loaded already, over it the size that was chosen. */
function Picture({ image, size, actual, onToggleActual }: PictureProps) {
  const [shown, setShown] = useState<string | null>(null)
  const [broken, setBroken] = useState<string | null>(null)
  const placeholder = placeholderUrl(image)
  const small = image.sizes.small
  const { url, width, height } = size

  const onError = () => {
    // The signature may have ended; a new one makes a new URL, which is tried again.
    setBroken(url)
    void load(image.id)
  }
  if (broken === url) return <NotShown />
  return (
    <button
      type="button"
      onClick={onToggleActual}
      aria-label={actual ? 'Fit to the window' : 'Show actual size'}
      className={classes(
        'relative block animate-appear overflow-hidden',
        actual ? 'm-auto cursor-zoom-out' : 'cursor-zoom-in',
      )}
      style={{
        aspectRatio: `${width} / ${height}`,
        width: actual ? width : `min(100cqw, ${width}px, 100cqh * ${width / height})`,
        background: placeholder === null ? undefined : `center / cover url(${placeholder})`,
      }}
    >
      {shown !== url && small !== undefined && (
        <img src={small.url} alt="" className="absolute inset-0 size-full object-cover" />
      )}
      <img
        key={url}
        src={url}
        alt={image.altText ?? image.originalName}
        width={width}
        height={height}
        decoding="async"
        draggable={false}
        data-stage-picture
        onLoad={() => setShown(url)}
        onError={onError}
        className={classes(
          'relative block h-auto w-full transition-opacity duration-200',
          shown !== url && 'opacity-0',
        )}
      />
    </button>
  )
}

function Failed({ image }: { image: Image }) {
  return (
    <p className="grid max-w-sm justify-items-center gap-3 p-6 text-center text-danger">
      <ImageOff aria-hidden className="size-8" strokeWidth={1.5} />
      {image.errorMessage ?? 'This file could not be processed.'}
    </p>
  )
}

function NotShown() {
  return (
    <p className="grid max-w-sm justify-items-center gap-3 p-6 text-center text-muted">
      <ImageOff aria-hidden className="size-8" strokeWidth={1.5} />
      This size cannot be shown here. It can still be downloaded.
    </p>
  )
}
