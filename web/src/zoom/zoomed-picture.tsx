import type { Image, Size } from '@rendition/contract'
import { type MouseEvent, type ReactNode, type RefObject, useRef, useState } from 'react'
import { t } from '../languages/translate.ts'
import { pictureSource } from '../pictures/picture-source.ts'
import { placeholderUrl } from '../pictures/placeholder.ts'
import { isTransparent } from '../pictures/transparency.ts'
import { classes } from '../ui/classes.ts'
import { sharperSize } from './sharper-size.ts'
import { type Zoom, Zoomable } from './zoomable.tsx'

interface ZoomedPictureProps {
  picture: Pick<Image, 'width' | 'height' | 'placeholder' | 'sizes'>
  alt: string
  /** Pixels that there are of it, side by side: as large it is where it is looked into at once. */
  actualWidth: number
  /** How it is shown whole. */
  size: Size
  /** Seen until that is there. */
  first: Size | undefined
  zoom: RefObject<Zoom | null>
  /** 1 is whole. */
  scale: number
  onScale: (scale: number) => void
  /** It did not come: what is seen until it does is all that there is. */
  isBroken?: boolean
  onError: () => void
  /** What lies over it where it is looked into, shown so many device pixels wide in this size. */
  over?: (sharper: Size, shownWidth: number) => ReactNode
}

/** A stroke moves the picture; a hand that clicks is hardly ever this unsteady. */
const strokePx = 5
/** Who taps twice, as people do to look into a picture, wants once what the first tap did. */
const doubleTapMs = 350
const doubleTapPx = 30
/** A finger has two others to go on with; the pixels of a large picture are fifteen times what a phone shows whole. */
const mostByFinger = 3

/**
 * The ThumbHash, over it a small size, which the page has loaded already, over it the size that is shown whole, and over that,
 * where it is looked into, one with more pixels.
 */
export function ZoomedPicture({
  picture,
  alt,
  actualWidth,
  size,
  first,
  zoom,
  scale,
  onScale,
  isBroken = false,
  onError,
  over,
}: ZoomedPictureProps) {
  const [shown, setShown] = useState<string | null>(null)
  const frame = useRef<HTMLButtonElement>(null)
  const pressed = useRef({ x: 0, y: 0, byFinger: false })
  const tapped = useRef({ x: 0, y: 0, at: Number.NEGATIVE_INFINITY })
  const placeholder = placeholderUrl(picture)
  const { width, height } = size
  const url = pictureSource(size)
  // Of the layout: the transform comes a frame after its scale.
  const wholeWidth = frame.current?.offsetWidth ?? width
  const shownWidth = wholeWidth * scale * devicePixelRatio
  const sharper = scale > 1 ? sharperSize(picture, size, shownWidth) : size

  const onClick = (event: MouseEvent) => {
    // Of the keyboard, which has no place.
    if (event.detail === 0) return zoom.current?.toggle()
    const at = { x: event.clientX, y: event.clientY }
    const { x, y, byFinger } = pressed.current
    if (Math.hypot(at.x - x, at.y - y) >= strokePx) return
    const before = tapped.current
    const isSecond =
      event.timeStamp - before.at < doubleTapMs && Math.hypot(at.x - before.x, at.y - before.y) < doubleTapPx
    if (isSecond) return zoom.current?.goOn()
    tapped.current = { ...at, at: event.timeStamp }
    zoom.current?.toggle(at, byFinger ? mostByFinger : undefined)
  }
  const showsThrough = shown === url && isTransparent(picture)
  return (
    <Zoomable
      ref={zoom}
      actualScale={() => actualWidth / (frame.current?.offsetWidth ?? width)}
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
        {shown !== url && first !== undefined && (
          <img
            src={pictureSource(first)}
            alt={isBroken ? alt : ''}
            data-small-picture
            className="absolute inset-0 size-full object-cover"
          />
        )}
        {!isBroken && (
          <img
            key={url}
            src={url}
            alt={alt}
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
        {over?.(sharper, shownWidth)}
      </button>
    </Zoomable>
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
