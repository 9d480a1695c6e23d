import type { SharedImage } from '@rendition/contract'
import { ChevronLeft, ChevronRight, Download, X } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { type KeyboardEvent, useEffect, useRef } from 'react'
import { readingStep } from '../languages/direction.ts'
import { t } from '../languages/translate.ts'
import { IconButton } from '../ui/button.tsx'
import { DownloadMenu } from './download-menu.tsx'
import { SharedStage } from './shared-stage.tsx'

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

/** One picture over the page, to be looked into. Arrow keys and strokes go from one to the next, Escape closes it. */
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
              <SharedStage key={image.id} image={image} onStale={onStale} onSwipe={go} />
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
