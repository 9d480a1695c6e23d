import type { Image } from '@rendition/contract'
import { Check, CircleAlert } from 'lucide-react'
import { memo } from 'react'
import { t } from '../languages/translate.ts'
import { serviceText } from '../state/explain-error.ts'
import { isSettled } from '../state/image-cache.ts'
import { classes } from '../ui/classes.ts'
import { Spinner } from '../ui/spinner.tsx'
import type { PlacedImage } from './layout.ts'
import { TilePicture } from './tile-picture.tsx'

interface TileProps {
  /** What its texts are in: another renders it anew. */
  language: string
  /** Whether its picture is what this browser kept: with the service back it is rendered anew, though the image is the same. */
  kept: boolean
  placed: PlacedImage
  /** Else only its place and its colour: enough for what flies by. */
  whole: boolean
  href: string
  selected: boolean
  selectable: boolean
  /** While something is selected, all show how to select. */
  selecting: boolean
  /** The one tile that the Tab key stops at. */
  tabStop: boolean
  /** Its name is always seen. */
  names: boolean
  /** Its file lies here, as it was uploaded from this page. */
  local: boolean
}

/** One picture of the gallery, in the place reserved for it. The grid hears what is done to it (`useGridHands`). */
export const Tile = memo(function Tile(props: TileProps) {
  const { placed, whole, href, selected, selectable, selecting, tabStop, names, local } = props
  const { image, left, top, width, height } = placed
  return (
    // By place and not by transform, of which each is a layer to be told from the others with every paint.
    <li
      className="group absolute [contain:layout_size_style]"
      style={{ insetInlineStart: left, top, width, height }}
    >
      {/* The router's link listens to the address, each for itself. */}
      <a
        href={href}
        data-tile={image.id}
        tabIndex={tabStop ? 0 : -1}
        aria-label={labelOf(image)}
        draggable={false}
        style={{ backgroundColor: image.placeholder?.color }}
        className={classes(
          'group/tile absolute block rounded-md bg-sunken transition-[inset] duration-150 select-none [-webkit-touch-callout:none]',
          // The edge shows where a picture of the ground's own colour ends.
          whole &&
            'after:pointer-events-none after:absolute after:inset-0 after:rounded-md after:border after:border-ink/20',
          // Where what is dragged comes to stand.
          'data-[drop=before]:shadow-[-5px_0_0_var(--accent)] data-[drop=behind]:shadow-[5px_0_0_var(--accent)]',
          selected ? 'inset-2.5' : 'inset-0',
        )}
      >
        {whole && (
          <>
            <TilePicture image={image} width={width} local={local} />
            {!isSettled(image) && <Processing />}
            {image.status === 'failed' && <Failed image={image} />}
            <span
              className={classes(
                'pointer-events-none absolute inset-x-0 bottom-0 truncate rounded-b-md bg-linear-to-t from-black/65 to-transparent px-3 pt-8 pb-2 text-white text-xs',
                // Not transparent but absent: text that nobody sees is laid out all the same.
                !names &&
                  'hidden animate-appear group-focus-within:block [@media(hover:hover)]:group-hover:block',
              )}
            >
              <bdi>{image.originalName}</bdi>
            </span>
          </>
        )}
      </a>
      {selectable && whole && (
        <span
          className={classes(
            'absolute top-2 start-2 grid size-6',
            // A finger does not see it, and means the photo.
            !selecting && '[@media(hover:none)]:pointer-events-none',
          )}
        >
          <input
            type="checkbox"
            checked={selected}
            // The grid hears it.
            onChange={ignore}
            data-select={image.id}
            aria-label={t('Select {name}', { name: image.originalName })}
            tabIndex={-1}
            className={classes(
              'col-start-1 row-start-1 appearance-none rounded-full border',
              selected && 'border-transparent bg-accent',
              !selected && (selecting ? shownBox : hiddenBox),
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

const ignore = () => {}
const shownBox = 'border-white/90 bg-black/30'
/** Without a colour rather than without opacity, which is a layer. */
const hiddenBox =
  'border-transparent focus-visible:border-white/90 focus-visible:bg-black/30 [@media(hover:hover)]:group-hover:border-white/90 [@media(hover:hover)]:group-hover:bg-black/30'

function labelOf({ altText, originalName, status }: Image): string {
  const name = altText ?? originalName
  if (status === 'failed') return t('{name}, could not be processed', { name })
  return status === 'complete' ? name : t('{name}, being processed', { name })
}

function Processing() {
  return (
    <span className="absolute inset-0 grid place-items-center rounded-md bg-ink/5">
      <span className="flex items-center gap-2 rounded-full bg-raised/95 py-1.5 pe-3 ps-2.5 font-medium text-xs shadow-sm">
        <Spinner className="size-3.5 text-accent" /> {t('Making sizes')}
      </span>
    </span>
  )
}

function Failed({ image }: { image: Image }) {
  return (
    <span className="absolute inset-0 grid place-items-center rounded-md bg-danger-soft p-3 text-center text-danger">
      <span className="grid justify-items-center gap-1.5 text-xs">
        <CircleAlert aria-hidden className="size-5" />
        <span className="line-clamp-2">
          {serviceText(image.errorMessage) ?? t('This file could not be processed.')}
        </span>
      </span>
    </span>
  )
}
