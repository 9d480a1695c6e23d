import type { Image, Size } from '@rendition/contract'
import { ImageOff } from 'lucide-react'
import { type MouseEvent, type RefObject, useEffect, useRef, useState } from 'react'
import { t } from '../languages/translate.ts'
import { pictureSource } from '../pictures/picture-source.ts'
import { placeholderUrl } from '../pictures/placeholder.ts'
import { isTransparent } from '../pictures/transparency.ts'
import { useAccount } from '../state/account-scope.tsx'
import { explainError } from '../state/explain-error.ts'
import { loadImage } from '../state/live-images.ts'
import { useOnline } from '../state/online.ts'
import { Button } from '../ui/button.tsx'
import { classes } from '../ui/classes.ts'
import { DeepPicture } from './deep-picture.tsx'
import { isDeep } from './deep-tiles.ts'
import { sharperSize } from './sizes.ts'
import { type Zoom, Zoomable } from './zoomable.tsx'

interface Broken {
  url: string
  /** What the service said to that; null when it knows nothing of it, and the picture itself is the reason. */
  why: unknown
}

interface PictureProps {
  image: Image
  size: Size
  zoom: RefObject<Zoom | null>
  /** 1 is whole. */
  scale: number
  onScale: (scale: number) => void
}

/** A stroke moves the picture; a hand that clicks is hardly ever this unsteady. */
const strokePx = 5
/** Who taps twice, as people do to look into a picture, wants once what the first tap did. */
const doubleTapMs = 350
const doubleTapPx = 30
/** A finger has two others to go on with; the pixels of a large picture are fifteen times what a phone shows whole. */
const mostByFinger = 3

/**
 * The ThumbHash, over it the small size, which the gallery has loaded already, over it the size that was chosen, and over
 * that, where it is looked into, one with more pixels.
 */
export function Picture({ image, size, zoom, scale, onScale }: PictureProps) {
  const account = useAccount()
  const [shown, setShown] = useState<string | null>(null)
  const [broken, setBroken] = useState<Broken | null>(null)
  const online = useOnline()
  const frame = useRef<HTMLButtonElement>(null)
  const pressed = useRef({ x: 0, y: 0, byFinger: false })
  const tapped = useRef({ x: 0, y: 0, at: Number.NEGATIVE_INFINITY })
  const placeholder = placeholderUrl(image)
  const small = image.sizes.small
  const { width, height } = size
  const url = pictureSource(size)
  // Of the layout: the transform comes a frame after its scale.
  const wholeWidth = frame.current?.offsetWidth ?? width
  const shownWidth = wholeWidth * scale * devicePixelRatio
  const deep = isDeep(image)
  const sharper = scale > 1 ? sharperSize(image, size, shownWidth, deep) : size

  const onError = async () => {
    // The signature may have ended; a new one makes a new URL, which is tried again. No answer to this either, and it is the
    // line that is broken, not the picture.
    setBroken({ url, why: await loadImage(account, image.id) })
  }
  useEffect(() => {
    if (online) setBroken(null)
  }, [online])
  const onClick = (event: MouseEvent) => {
    // Of the keyboard, which has no place.
    if (event.detail === 0) return zoom.current?.toggle()
    const at = { x: event.clientX, y: event.clientY }
    const { x, y, byFinger } = pressed.current
    if (Math.hypot(at.x - x, at.y - y) >= strokePx) return
    const first = tapped.current
    const isSecond =
      event.timeStamp - first.at < doubleTapMs && Math.hypot(at.x - first.x, at.y - first.y) < doubleTapPx
    if (isSecond) return
    tapped.current = { ...at, at: event.timeStamp }
    zoom.current?.toggle(at, byFinger ? mostByFinger : undefined)
  }
  const isBroken = broken?.url === url
  if (isBroken && broken.why === null) return <NotShown />
  const showsThrough = shown === url && isTransparent(image)
  const name = image.altText ?? image.originalName
  const picture = (
    <Zoomable
      ref={zoom}
      actualScale={() => image.width / (frame.current?.offsetWidth ?? width)}
      scale={scale}
      onScale={onScale}
    >
      <button
        ref={frame}
        type="button"
        onPointerDownCapture={({ clientX: x, clientY: y, pointerType }) => {
          pressed.current = { x, y, byFinger: pointerType === 'touch' }
        }}
        onClick={onClick}
        aria-label={scale > 1 ? t('Fit to the window') : t('Show actual size')}
        className={classes(
          'relative block animate-appear overflow-hidden outline outline-ink/20',
          showsThrough && 'checkered',
          scale > 1 ? 'cursor-grab' : 'cursor-zoom-in',
        )}
        style={{
          aspectRatio: `${width} / ${height}`,
          width: `min(100cqw, ${width}px, 100cqh * ${width / height})`,
          background: showsThrough || placeholder === null ? undefined : `center / cover url(${placeholder})`,
        }}
      >
        {shown !== url && small !== undefined && (
          <img
            src={pictureSource(small)}
            alt={isBroken ? name : ''}
            data-small-picture
            className="absolute inset-0 size-full object-cover"
          />
        )}
        {!isBroken && (
          <img
            key={url}
            src={url}
            alt={name}
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
        )}
        {sharper !== size && <Sharper url={pictureSource(sharper)} />}
        {deep && shownWidth > sharper.width && <DeepPicture image={image} shownWidth={shownWidth} />}
      </button>
    </Zoomable>
  )
  if (!isBroken) return picture
  return (
    <>
      {picture}
      <NotSharper why={broken.why} onRetry={() => setBroken(null)} />
    </>
  )
}

/** Over the picture once it is whole; until then, and where it cannot be had, the one below is seen. */
function Sharper({ url }: { url: string }) {
  const [loaded, setLoaded] = useState<string | null>(null)
  return (
    <img
      src={url}
      alt=""
      decoding="async"
      draggable={false}
      data-sharper-picture
      onLoad={() => setLoaded(url)}
      className={classes('absolute inset-0 size-full', loaded !== url && 'opacity-0')}
    />
  )
}

function NotShown() {
  return (
    <div className="grid max-w-sm justify-items-center gap-3 p-6 text-center text-muted">
      <ImageOff aria-hidden className="size-8" strokeWidth={1.5} />
      <p>{t('This size cannot be shown here. It can still be downloaded.')}</p>
    </div>
  )
}

/** Where nobody answers, over what there is of the picture. */
function NotSharper({ why, onRetry }: { why: unknown; onRetry: () => void }) {
  return (
    <div
      role="status"
      className="absolute inset-x-3 bottom-3 mx-auto flex w-fit max-w-full animate-appear flex-wrap items-center justify-center
        gap-x-3 gap-y-1 rounded-xl bg-raised/95 py-1.5 ps-4 pe-1.5 text-ink text-sm shadow-float sm:bottom-7"
    >
      <p>{explainError(why)}</p>
      <Button look="quiet" onClick={onRetry}>
        {t('Try again')}
      </Button>
    </div>
  )
}
