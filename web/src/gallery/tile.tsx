import type { Image, Size } from '@rendition/contract'
import { Check, CircleAlert } from 'lucide-react'
import { type KeyboardEvent, memo, type MouseEvent as ReactMouseEvent, useState } from 'react'
import { Link } from 'wouter'
import { t } from '../languages/translate.ts'
import { pictureUrl } from '../pictures/picture-url.ts'
import { isTransparent, placeholderUrl } from '../pictures/placeholder.ts'
import { useAccount } from '../state/account-scope.tsx'
import { serviceText } from '../state/explain-error.ts'
import { isSettled } from '../state/image-cache.ts'
import { loadImage } from '../state/live-images.ts'
import { useLocalPicture } from '../state/use-local-picture.ts'
import { classes } from '../ui/classes.ts'
import { Spinner } from '../ui/spinner.tsx'
import type { PlacedImage } from './layout.ts'
import { useLongPress } from './use-long-press.ts'

/** Tells the viewer that Back leads here. */
const openedFromGallery = { fromGallery: true }

interface TileProps {
  placed: PlacedImage
  href: string
  selected: boolean
  /** While something is selected, a click selects. */
  selecting: boolean
  /** The one tile that the Tab key stops at. */
  tabStop: boolean
  /** Its name is always seen. */
  names: boolean
  /** null where nothing may be selected. */
  onToggle: ((id: string, range: boolean) => void) | null
}

/** One picture of the gallery, in the place reserved for it. */
export const Tile = memo(function Tile({
  placed,
  href,
  selected,
  selecting,
  tabStop,
  names,
  onToggle,
}: TileProps) {
  const { image, left, top, width, height } = placed
  const [pressed, longPress] = useLongPress(() => onToggle?.(image.id, false))

  // Before the link, which leaves clicks with Shift to the browser: that opens a window.
  const onClick = (event: ReactMouseEvent) => {
    const elsewhere = event.ctrlKey || event.metaKey || event.altKey
    if (onToggle === null || elsewhere || !(selecting || event.shiftKey || pressed.current)) return
    event.preventDefault()
    if (!pressed.current) onToggle(image.id, event.shiftKey)
    pressed.current = false
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'x' || onToggle === null) return
    event.preventDefault()
    onToggle(image.id, event.shiftKey)
  }

  return (
    <li
      className="group absolute"
      style={{ transform: `translate(${left}px, ${top}px)`, width, height }}
      {...longPress}
    >
      <Link
        href={href}
        state={openedFromGallery}
        data-tile={image.id}
        tabIndex={tabStop ? 0 : -1}
        aria-label={labelOf(image)}
        onClickCapture={onClick}
        onKeyDown={onKeyDown}
        draggable={false}
        className={classes(
          // The edge shows where a picture of the ground's own colour ends.
          'absolute block overflow-hidden rounded-md bg-sunken transition-[inset] duration-150 select-none',
          'after:pointer-events-none after:absolute after:inset-0 after:rounded-md after:border after:border-ink/20',
          '[-webkit-touch-callout:none]',
          selected ? 'inset-2.5' : 'inset-0',
        )}
      >
        <Picture image={image} width={width} />
        {!isSettled(image) && <Processing />}
        {image.status === 'failed' && <Failed image={image} />}
        <span
          className={classes(
            'pointer-events-none absolute inset-x-0 bottom-0 truncate bg-linear-to-t from-black/65 to-transparent px-3 pt-8 pb-2',
            'text-white text-xs transition-opacity',
            !names &&
              'opacity-0 group-focus-within:opacity-100 [@media(hover:hover)]:group-hover:opacity-100',
          )}
        >
          {image.originalName}
        </span>
      </Link>
      {onToggle !== null && (
        <span className="absolute top-2 left-2 grid size-6">
          <input
            type="checkbox"
            checked={selected}
            onChange={({ nativeEvent }) => onToggle(image.id, withShift(nativeEvent))}
            aria-label={t('Select {name}', { name: image.originalName })}
            tabIndex={-1}
            className={classes(
              'col-start-1 row-start-1 appearance-none rounded-full border transition-opacity',
              selected
                ? 'border-transparent bg-accent'
                : 'border-white/90 bg-black/30 [@media(hover:hover)]:group-hover:opacity-100',
              !selected && !selecting && 'opacity-0 focus-visible:opacity-100',
            )}
          />
          {selected && (
            <Check
              aria-hidden
              strokeWidth={3}
              className="pointer-events-none col-start-1 row-start-1 size-4 place-self-center text-ground"
            />
          )}
        </span>
      )}
    </li>
  )
})

const withShift = (event: Event): boolean => event instanceof MouseEvent && event.shiftKey

function labelOf({ altText, originalName, status }: Image): string {
  const name = altText ?? originalName
  if (status === 'failed') return t('{name}, could not be processed', { name })
  return status === 'complete' ? name : t('{name}, being processed', { name })
}

/** The ThumbHash, over it the file as it was chosen here, if it was, and the picture once it has come. */
function Picture({ image, width }: { image: Image; width: number }) {
  const account = useAccount()
  const [shown, setShown] = useState(false)
  const [asked, setAsked] = useState(false)
  const { small, medium } = image.sizes
  const source = small ?? medium
  const local = useLocalPicture(image.id, !shown && image.status !== 'failed' && !image.trashedAt)
  const placeholder = placeholderUrl(image)
  // What would be seen through it is not its own blurred copy, nor a ground of its own colour.
  const showsThrough = shown && isTransparent(image)
  const signedAnew = () => {
    // A signed URL ends one day; the service gives a new one. Once, so that a lasting fault is not hammered.
    if (!asked) void loadImage(account, image.id)
    setAsked(true)
  }
  return (
    <>
      <span
        aria-hidden
        className={classes('absolute inset-0 bg-center', showsThrough ? 'checkered' : 'bg-cover')}
        style={
          showsThrough
            ? undefined
            : {
                backgroundColor: image.placeholder?.color,
                backgroundImage: placeholder === null ? undefined : `url(${placeholder})`,
              }
        }
      />
      {local !== null && <LocalPicture url={local} />}
      {source !== undefined && (
        <img
          src={pictureUrl(source)}
          srcSet={srcSetOf([small, medium])}
          sizes={`${Math.ceil(width)}px`}
          alt=""
          loading="lazy"
          decoding="async"
          draggable={false}
          ref={(element) => {
            if (element?.complete === true && element.naturalWidth > 0) setShown(true)
          }}
          onLoad={() => setShown(true)}
          onError={signedAnew}
          className={classes(
            'absolute inset-0 size-full object-cover transition-opacity duration-300',
            !shown && 'opacity-0',
          )}
        />
      )}
    </>
  )
}

/** Not every file that the service takes is one that this browser shows. */
function LocalPicture({ url }: { url: string }) {
  const [shown, setShown] = useState(false)
  return (
    <img
      src={url}
      alt=""
      decoding="async"
      draggable={false}
      data-local-picture
      onLoad={() => setShown(true)}
      className={classes('absolute inset-0 size-full object-cover', !shown && 'opacity-0')}
    />
  )
}

function srcSetOf(sizes: readonly (Size | undefined)[]): string {
  return sizes
    .filter((size) => size !== undefined)
    .map((size) => `${pictureUrl(size)} ${size.width}w`)
    .join(', ')
}

function Processing() {
  return (
    <span className="absolute inset-0 grid place-items-center bg-ink/5">
      <span className="flex items-center gap-2 rounded-full bg-raised/95 py-1.5 pr-3 pl-2.5 font-medium text-xs shadow-sm">
        <Spinner className="size-3.5 text-accent" /> {t('Making sizes')}
      </span>
    </span>
  )
}

function Failed({ image }: { image: Image }) {
  return (
    <span className="absolute inset-0 grid place-items-center bg-danger-soft p-3 text-center text-danger">
      <span className="grid justify-items-center gap-1.5 text-xs">
        <CircleAlert aria-hidden className="size-5" />
        <span className="line-clamp-2">
          {serviceText(image.errorMessage) ?? t('This file could not be processed.')}
        </span>
      </span>
    </span>
  )
}
