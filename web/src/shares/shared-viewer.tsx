import type { SharedImage } from '@rendition/contract'
import { ChevronLeft, ChevronRight, Download, X } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { readingStep } from '../languages/direction.ts'
import { t } from '../languages/translate.ts'
import { pictureUrl } from '../pictures/picture-url.ts'
import { placeholderUrl } from '../pictures/placeholder.ts'
import { IconButton } from '../ui/button.tsx'
import { Spinner } from '../ui/spinner.tsx'
import { useSwipe } from '../ui/use-swipe.ts'
import { DownloadMenu } from './download-menu.tsx'
import { shownSize } from './shown-size.ts'

interface SharedViewerProps {
  images: readonly SharedImage[]
  openId: string | null
  onOpen: (id: string | null) => void
  onStale: () => Promise<void>
  /** Reads the list anew, and gives the picture as it is there. */
  onRenew: (id: string) => Promise<SharedImage | undefined>
  /** Brings what comes behind the last one; null where nothing does. */
  onEnd: (() => Promise<void>) | null
}

/** One picture over the page. Arrow keys and strokes go from one to the next, Escape closes it. */
export function SharedViewer({ images, openId, onOpen, onStale, onRenew, onEnd }: SharedViewerProps) {
  const last = useRef(openId)
  useEffect(() => {
    if (openId !== null) last.current = openId
  }, [openId])
  const at = images.findIndex(({ id }) => id === openId)
  const image = images[at]
  const go = (by: 1 | -1) => {
    const next = images[at + by]
    if (next !== undefined) onOpen(next.id)
  }
  const atEnd = at !== -1 && at >= images.length - 3
  useEffect(() => {
    if (atEnd) void onEnd?.()
  }, [atEnd, onEnd])
  const onKeyDown = ({ key }: KeyboardEvent) => {
    const step = readingStep(key)
    if (step !== null) go(step)
  }
  const swipe = useSwipe(go, true)
  return (
    <Dialog.Root open={image !== undefined} onOpenChange={(open) => !open && onOpen(null)}>
      <Dialog.Portal>
        <Dialog.Content
          aria-describedby={undefined}
          onKeyDown={onKeyDown}
          // To the picture it was closed on, where one goes on by keys.
          onCloseAutoFocus={(event) => {
            event.preventDefault()
            const tile = `[data-shared="${CSS.escape(last.current ?? '')}"]`
            document.querySelector<HTMLElement>(tile)?.focus()
          }}
          {...swipe}
          className="fixed inset-0 z-50 flex animate-appear flex-col bg-ground"
        >
          {image !== undefined && (
            <>
              <div className="flex items-center gap-1 px-2 py-1.5 sm:px-4">
                <Dialog.Title className="min-w-0 flex-1 truncate px-2 text-sm">
                  <bdi>{image.name}</bdi>
                </Dialog.Title>
                <span className="tabular px-2 text-muted text-sm">
                  {at + 1} / {images.length}
                  {onEnd !== null && '+'}
                </span>
                <DownloadMenu image={image} icon={<Download aria-hidden />} onRenew={onRenew} />
                <Dialog.Close asChild>
                  <IconButton label={t('Close')}>
                    <X aria-hidden />
                  </IconButton>
                </Dialog.Close>
              </div>
              <Stage key={image.id} image={image} onStale={onStale} />
              <Step
                label={t('Previous photo')}
                side="start-2 sm:start-4"
                disabled={at === 0}
                onClick={() => go(-1)}
              >
                <ChevronLeft aria-hidden className="rtl:-scale-x-100" />
              </Step>
              <Step
                label={t('Next photo')}
                side="end-2 sm:end-4"
                disabled={at === images.length - 1}
                onClick={() => go(1)}
              >
                <ChevronRight aria-hidden className="rtl:-scale-x-100" />
              </Step>
            </>
          )}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

interface StepProps {
  label: string
  side: string
  disabled: boolean
  onClick: () => void
  children: React.ReactNode
}

function Step({ side, ...rest }: StepProps) {
  return (
    <IconButton
      look="plain"
      className={`-translate-y-1/2 absolute top-1/2 rounded-full shadow-float disabled:invisible ${side}`}
      {...rest}
    />
  )
}

function Stage({ image, onStale }: { image: SharedImage; onStale: () => Promise<void> }) {
  const [asked, setAsked] = useState(false)
  const size = shownSize(image, Math.max(window.innerWidth, window.innerHeight) * window.devicePixelRatio)
  const placeholder = placeholderUrl(image)
  const stale = () => {
    if (!asked) void onStale()
    setAsked(true)
  }
  if (size === null) {
    return (
      <p className="grid flex-1 place-content-center justify-items-center gap-3 text-muted" role="status">
        <Spinner /> {t('This photo is being processed')}
      </p>
    )
  }
  return (
    <div className="grid min-h-0 flex-1 place-items-center p-2 pb-4 sm:px-16 sm:pb-8">
      <img
        src={pictureUrl(size)}
        alt={image.altText ?? image.name}
        width={size.width}
        height={size.height}
        onError={stale}
        className="max-h-full max-w-full rounded-sm bg-cover object-contain"
        style={placeholder === null ? {} : { backgroundImage: `url(${placeholder})` }}
      />
    </div>
  )
}
