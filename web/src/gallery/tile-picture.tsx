import type { Image, Size } from '@rendition/contract'
import { useEffect, useRef, useState } from 'react'
import { pictureSource } from '../pictures/picture-source.ts'
import { isTransparent } from '../pictures/transparency.ts'
import { useLocalPicture } from '../state/use-local-picture.ts'
import { classes } from '../ui/classes.ts'
import { partOf, usePart } from '../ui/part.ts'

interface TilePictureProps {
  image: Image
  width: number
  local: boolean
}

/** A picture that is there sooner needs no ThumbHash: decoding one costs a slow machine a millisecond. */
const placeholderMs = 60
/** What decodes them is wanted where the line is slow; until it is there a tile has the picture's colour. */
const placeholders = partOf(() => import('../pictures/placeholder.ts'))

/** The ThumbHash, over it the file as it was chosen here, if it was, and the picture once it has come. */
export function TilePicture({ image, width, local }: TilePictureProps) {
  const picture = useRef<HTMLImageElement>(null)
  const [blurred, setBlurred] = useState(false)
  /** Known here only where it matters: the file that lies here is let go of. */
  const [come, setCome] = useState(false)
  const { small, medium } = image.sizes
  const source = small ?? medium
  useEffect(() => {
    const timer = setTimeout(() => {
      if (picture.current?.complete !== true) setBlurred(true)
    }, placeholderMs)
    return () => clearTimeout(timer)
  }, [])
  return (
    <>
      {blurred && <Blurred image={image} />}
      {isTransparent(image) && (
        // Nor a ground of its own colour.
        <span
          aria-hidden
          className="checkered absolute inset-0 hidden rounded-md group-data-shown/tile:block"
        />
      )}
      {local && !come && image.status !== 'failed' && !image.trashedAt && <LocalPicture id={image.id} />}
      {source !== undefined && (
        <img
          ref={picture}
          src={pictureSource(source)}
          srcSet={srcSetOf(small, medium)}
          sizes={`${Math.ceil(width)}px`}
          alt=""
          decoding="async"
          draggable={false}
          data-picture
          onLoad={local ? () => setCome(true) : undefined}
          className="absolute inset-0 size-full rounded-md object-cover"
        />
      )}
    </>
  )
}

function Blurred({ image }: { image: Image }) {
  const { part } = usePart(placeholders, true)
  const url = part?.placeholderUrl(image) ?? null
  if (url === null) return null
  return (
    <span
      aria-hidden
      // What would be seen through the picture is not its own blurred copy.
      className="absolute inset-0 rounded-md bg-center bg-cover group-data-shown/tile:hidden"
      style={{ backgroundImage: `url(${url})` }}
    />
  )
}

/** Not every file that the service takes is one that this browser shows. */
function LocalPicture({ id }: { id: string }) {
  const url = useLocalPicture(id)
  const [shown, setShown] = useState(false)
  if (url === null) return null
  return (
    <img
      src={url}
      alt=""
      decoding="async"
      draggable={false}
      data-local-picture
      onLoad={() => setShown(true)}
      className={classes('absolute inset-0 size-full rounded-md object-cover', !shown && 'opacity-0')}
    />
  )
}

function srcSetOf(small: Size | undefined, medium: Size | undefined): string | undefined {
  // With one there is nothing to choose.
  if (small === undefined || medium === undefined) return undefined
  return `${pictureSource(small)} ${small.width}w, ${pictureSource(medium)} ${medium.width}w`
}
