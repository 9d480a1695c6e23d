import { isProblem } from '@rendition/client'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { Dialog } from 'radix-ui'
import {
  type CSSProperties,
  type FocusEvent,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useCallback,
  useEffect,
  useRef,
  useState,
} from 'react'
import { useLocation } from 'wouter'
import { readingStep } from '../languages/direction.ts'
import { t } from '../languages/translate.ts'
import { useMayChange } from '../state/account-scope.tsx'
import { useTrash } from '../state/change-many.ts'
import { explainError } from '../state/explain-error.ts'
import { useFavourite } from '../state/favourite.ts'
import { formatFilter, noFilter, useFilter } from '../state/filter.ts'
import { useImage } from '../state/use-images.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { classes } from '../ui/classes.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Spinner } from '../ui/spinner.tsx'
import type { Zoom } from '../zoom/zoomable.tsx'
import { CopyAs } from './copy-as.tsx'
import { Details } from './details.tsx'
import { SizePicker } from './size-picker.tsx'
import { defaultSize, orderedSizes } from './sizes.ts'
import { Stage } from './stage.tsx'
import { useNeighbours } from './use-neighbours.ts'
import { useSlideshow } from './use-slideshow.ts'
import { ViewerBar } from './viewer-bar.tsx'

interface ViewerProps {
  id: string
  /** With the image that was shown last, whose place gets the focus. */
  onClosed: (id: string) => void
}

/** One image over the gallery, at an address of its own. */
export function Viewer({ id, onClosed }: ViewerProps) {
  const [, navigate] = useLocation()
  const [filter] = useFilter()
  const { data: image, error } = useImage(id)
  const { previous, next } = useNeighbours(image, filter)
  const { trash, restore, deleteForGood } = useTrash()
  const favourite = useFavourite()
  const [picked, setPicked] = useState<string | null>(null)
  const zoom = useRef<Zoom>(null)
  const [panelOpen, setPanelOpen] = useState(true)
  const [asking, setAsking] = useState(false)
  const content = useRef<HTMLDivElement>(null)
  const column = useRef<HTMLDivElement>(null)
  // With each frame of a gesture: the details beside it are not rendered for that.
  const onScale = useCallback((scale: number) => {
    column.current?.style.setProperty('--scale', String(scale))
    if (scale > 1) content.current?.scrollTo(0, 0)
  }, [])
  const mayChange = useMayChange()

  useEffect(() => {
    if (image !== undefined) document.title = `${image.originalName} · Rendition`
  }, [image])

  const close = () => {
    // Back to where it was opened from, or, for a link followed from elsewhere, to the gallery.
    if (openedHere()) window.history.back()
    else navigate(`/${formatFilter(filter)}`, { replace: true })
  }
  const show = (other: { id: string } | undefined) => {
    if (other === undefined) return
    navigate(`/photos/${other.id}${formatFilter(filter)}`, { replace: true, state: window.history.state })
  }
  const edit = () =>
    navigate(`/photos/${id}/edit${formatFilter(filter)}`, { replace: true, state: window.history.state })
  const slideshow = useSlideshow(id, asking ? undefined : next && (() => show(next)))
  /** It leaves the list, and the next one takes its place. */
  const goOn = () => {
    const after = next ?? previous
    if (after === undefined) close()
    else show(after)
  }
  const inTrash = Boolean(image?.trashedAt)
  const takeOver = (other: { id: string } | undefined) => {
    slideshow.stop()
    show(other)
  }
  /** What goes on by itself is looked at, and nothing beside it. */
  const panelShown = panelOpen && !slideshow.playing
  const togglePanel = () => {
    slideshow.stop()
    setPanelOpen(!panelShown)
  }
  const putAway = () => (inTrash ? setAsking(true) : trash([id], goOn))

  const sizes = image === undefined ? [] : orderedSizes(image)
  const chosen = picked !== null && image?.sizes[picked] !== undefined ? picked : image && defaultSize(image)
  const size =
    image === undefined || chosen === undefined || image.status === 'failed' ? undefined : image.sizes[chosen]

  const onKeyDown = (event: KeyboardEvent) => {
    const { target } = event
    if (target instanceof Element && target.closest('input, textarea') !== null) slideshow.stop()
    if (event.ctrlKey || event.metaKey || event.altKey || !(target instanceof Element)) return
    // Of a dialog over it, which is inside in React's tree alone.
    if (content.current?.contains(target) !== true) return
    if (target.closest('input, textarea, [role="radio"], [role="alertdialog"]') !== null) return
    if (event.key.startsWith('Arrow')) slideshow.stop()
    const step = readingStep(event.key)
    if (step !== null) show(step === 1 ? next : previous)
    if (event.key === 'i') togglePanel()
    if (event.key === 'p') slideshow.toggle()
    if (event.key === 'z') zoom.current?.toggle()
    if (event.key === 'Delete' && mayChange) putAway()
    if (event.key === 'e' && mayChange && image?.status === 'complete' && !inTrash) edit()
    if (event.key === 'f' && mayChange && image !== undefined && !inTrash) {
      event.preventDefault()
      favourite([image])
    }
    const numbered = sizes[Number(event.key) - 1]
    if (numbered !== undefined) setPicked(numbered[0])
  }

  return (
    <Dialog.Root open onOpenChange={(open) => !open && close()}>
      <Dialog.Portal>
        <Dialog.Content
          ref={content}
          aria-describedby={undefined}
          onKeyDown={onKeyDown}
          onBlur={(event) => keepFocus(content, event)}
          onOpenAutoFocus={(event) => {
            event.preventDefault()
            content.current?.focus()
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault()
            onClosed(id)
          }}
          // In a field with a change it takes the change back. The dialog hears the key before the field does.
          onEscapeKeyDown={(event) => {
            if (event.target instanceof Element && event.target.matches('[data-draft]'))
              event.preventDefault()
          }}
          // Toasts lie outside, and a click on one must not close the picture.
          onInteractOutside={(event) => event.preventDefault()}
          className="fixed inset-0 z-50 animate-appear overflow-y-auto bg-ground outline-none lg:overflow-hidden"
        >
          <Dialog.Title className="sr-only">{image?.originalName ?? t('Photo')}</Dialog.Title>
          {image === undefined ? (
            <Waiting error={error} onClose={close} />
          ) : (
            <div className={classes('lg:grid lg:h-full', panelShown && 'lg:grid-cols-[1fr_22rem]')}>
              <div
                ref={column}
                // On a phone as tall as the picture needs, so that the sizes are in reach of the thumb; all of it to look into it.
                className={classes(
                  'flex min-w-0 flex-col lg:h-full',
                  slideshow.playing
                    ? 'h-dvh'
                    : 'h-[calc(4rem+min(100dvh-4rem,var(--scale,1)*min(64dvh,100vw*var(--tall))))]',
                )}
                style={{ '--tall': image.height / image.width } as CSSProperties}
              >
                <ViewerBar
                  image={image}
                  chosen={chosen ?? ''}
                  size={size}
                  playing={slideshow.playing}
                  onPlay={next === undefined ? null : slideshow.toggle}
                  panelOpen={panelShown}
                  onTogglePanel={togglePanel}
                  onPutAway={mayChange ? putAway : null}
                  onRestore={mayChange && inTrash ? () => restore([id], goOn) : null}
                  onFavourite={mayChange && !inTrash ? () => favourite([image]) : null}
                  onEdit={mayChange && !inTrash && image.status === 'complete' ? edit : null}
                  onShare={mayChange && !inTrash && image.status === 'complete' ? slideshow.stop : null}
                  onClose={close}
                />
                <div className="relative min-h-0 flex-1 sm:px-4 sm:pb-4">
                  <Stage
                    // The next picture is whole again.
                    key={image.id}
                    image={image}
                    size={size}
                    zoom={zoom}
                    onScale={onScale}
                    onSwipe={(direction) => takeOver(direction === 1 ? next : previous)}
                  />
                  <Step
                    side="start"
                    label={t('Previous photo')}
                    onStep={previous && (() => takeOver(previous))}
                  >
                    <ChevronLeft aria-hidden className="rtl:-scale-x-100" />
                  </Step>
                  <Step side="end" label={t('Next photo')} onStep={next && (() => takeOver(next))}>
                    <ChevronRight aria-hidden className="rtl:-scale-x-100" />
                  </Step>
                </div>
              </div>
              {panelShown && (
                <aside
                  aria-label={t('Details')}
                  className="grid content-start gap-7 border-line border-t bg-raised p-5 pb-10 lg:overflow-y-auto lg:border-t-0
                    lg:border-s lg:pt-6"
                >
                  {sizes.length > 0 && (
                    <SizePicker sizes={sizes} chosen={chosen ?? ''} onChoose={setPicked} />
                  )}
                  {size !== undefined && <CopyAs image={image} size={size} />}
                  <Details
                    key={image.id}
                    image={image}
                    mayChange={mayChange && !inTrash}
                    onTag={(tag) => navigate(`/${formatFilter({ ...noFilter, tag })}`)}
                    onColor={(color) => navigate(`/${formatFilter({ ...noFilter, q: `color:${color}` })}`)}
                  />
                </aside>
              )}
            </div>
          )}
          <ConfirmDialog
            open={asking}
            onOpenChange={setAsking}
            title={t('Delete this photo for good?')}
            action={t('Delete')}
            onConfirm={() => deleteForGood([id], goOn)}
          >
            {t('The original and every size of it will be gone.')}
          </ConfirmDialog>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

/**
 * What loses the focus to nothing, like a field that is done with, leaves it to the viewer, which hears its keys only while
 * the focus is inside.
 */
function keepFocus(content: RefObject<HTMLElement | null>, { relatedTarget }: FocusEvent): void {
  if (relatedTarget !== null) return
  setTimeout(() => {
    // Another window that takes the focus away from the page leaves the element that it comes back to.
    if (document.activeElement === document.body) content.current?.focus()
  })
}

function openedHere(): boolean {
  const state: unknown = window.history.state
  return typeof state === 'object' && state !== null && 'fromGallery' in state
}

interface StepProps {
  side: 'start' | 'end'
  label: string
  /** Absent at the ends of the list. */
  onStep: (() => void) | undefined
  children: ReactNode
}

function Step({ side, label, onStep, children }: StepProps) {
  if (onStep === undefined) return null
  return (
    <IconButton
      label={label}
      onClick={onStep}
      className={classes(
        'absolute top-1/2 -translate-y-1/2 rounded-full! bg-ground/85! shadow-float max-sm:hidden',
        side === 'start' ? 'start-7' : 'end-7',
      )}
    >
      {children}
    </IconButton>
  )
}

function Waiting({ error, onClose }: { error: unknown; onClose: () => void }) {
  const missing = isProblem(error, 'not_found') || isProblem(error, 'invalid_request')
  return (
    <div className="grid h-full place-content-center justify-items-center gap-5 p-6 text-center">
      {error === null ? (
        <Spinner className="size-6 text-muted" />
      ) : (
        <>
          <p className="font-medium text-lg">
            {missing ? t('This photo does not exist.') : explainError(error)}
          </p>
          <Button onClick={onClose}>{t('Back to your photos')}</Button>
        </>
      )}
    </div>
  )
}
