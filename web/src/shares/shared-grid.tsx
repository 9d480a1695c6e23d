import type { SharedImage } from '@rendition/contract'
import { memo, useState } from 'react'
import { useLanguage } from '../languages/language.ts'
import { t } from '../languages/translate.ts'
import { pictureUrl } from '../pictures/picture-url.ts'
import { placeholderUrl } from '../pictures/placeholder.ts'
import { Spinner } from '../ui/spinner.tsx'
import { shownSize } from './shown-size.ts'

interface SharedGridProps {
  images: readonly SharedImage[]
  onOpen: (id: string) => void
  /** A picture did not come: its URL ended, or the share changed. */
  onStale: () => Promise<void>
}

/** Panoramas and long screenshots are cropped to these, or they would flatten their whole row. */
const narrowest = 0.5
const widest = 2.6

/** Rows as wide as the page, by the browser's own layout: each picture grows by its ratio. */
export function SharedGrid({ images, onOpen, onStale }: SharedGridProps) {
  return (
    <ul className="flex flex-wrap gap-1.5 [--row:8.5rem] after:grow-[999] after:content-[''] sm:[--row:14rem]">
      {images.map((image) => (
        <Tile key={image.id} image={image} onOpen={onOpen} onStale={onStale} />
      ))}
    </ul>
  )
}

const Tile = memo(function Tile({
  image,
  onOpen,
  onStale,
}: { image: SharedImage } & Omit<SharedGridProps, 'images'>) {
  useLanguage()
  const [asked, setAsked] = useState(false)
  const ratio = Math.min(widest, Math.max(narrowest, image.width / image.height || 1))
  const size = shownSize(image, 480)
  const placeholder = placeholderUrl(image)
  const stale = () => {
    // Once, so that a lasting fault is not hammered.
    if (!asked) void onStale()
    setAsked(true)
  }
  return (
    <li className="min-w-0" style={{ flex: `${ratio} 1 calc(${ratio} * var(--row))` }}>
      <button
        type="button"
        data-shared={image.id}
        onClick={() => onOpen(image.id)}
        aria-label={image.altText ?? image.name}
        className="relative block w-full cursor-zoom-in overflow-hidden rounded-md bg-sunken bg-cover"
        style={{
          aspectRatio: ratio,
          ...(placeholder === null ? {} : { backgroundImage: `url(${placeholder})` }),
        }}
      >
        {size === null ? (
          <span
            className="absolute inset-0 grid place-content-center"
            role="status"
            aria-label={t('Being processed')}
          >
            <Spinner />
          </span>
        ) : (
          <img
            src={pictureUrl(size)}
            alt=""
            loading="lazy"
            decoding="async"
            draggable={false}
            onError={stale}
            className="absolute inset-0 size-full object-cover"
          />
        )}
      </button>
    </li>
  )
})
