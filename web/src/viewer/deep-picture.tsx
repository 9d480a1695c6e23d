import type { Image } from '@rendition/contract'
import { useEffect, useMemo, useRef, useState } from 'react'
import { pictureUrl } from '../pictures/picture-url.ts'
import { useAccount } from '../state/account-scope.tsx'
import { classes } from '../ui/classes.ts'
import { useNear } from '../ui/use-near.ts'
import { type DeepTile, deepTiles, tileParameters } from './deep-tiles.ts'

/** A hand that goes over the picture, or goes on zooming, leaves nothing to be made behind it. */
const restMs = 250

/** Over a picture too large to be loaded whole, those parts of it that are seen, at the pixels that the screen has for them. */
export function DeepPicture({ image, shownWidth }: { image: Image; shownWidth: number }) {
  const { width, height } = image
  const [settled, setSettled] = useState(0)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(shownWidth), restMs)
    return () => clearTimeout(timer)
  }, [shownWidth])
  const tiles = useMemo(
    () => (settled === 0 ? [] : deepTiles(width, height, settled)),
    [width, height, settled],
  )
  return (
    <span aria-hidden className="absolute inset-0">
      {tiles.map((tile) => (
        <Tile key={`${image.version} ${Object.values(tile).join()}`} image={image} tile={tile} />
      ))}
    </span>
  )
}

function Tile({ image, tile }: { image: Image; tile: DeepTile }) {
  const { client } = useAccount()
  const { id, version } = image
  const place = useRef<HTMLSpanElement>(null)
  const near = useNear(place, 0)
  const [url, setUrl] = useState<string | null>(null)
  const [shown, setShown] = useState(false)
  useEffect(() => {
    if (!near || url !== null) return
    const aborting = new AbortController()
    const ask = async () => {
      const parameters = { v: String(version), ...tileParameters(tile) }
      setUrl(pictureUrl(await client.images.explain(id, parameters, { signal: aborting.signal })))
    }
    // Without it the picture below is seen, and looked at once more it is asked for again.
    const timer = setTimeout(() => void ask().catch(() => undefined), restMs)
    return () => {
      clearTimeout(timer)
      aborting.abort()
    }
  }, [near, url, client, id, version, tile])
  const percent = (part: number, of: number) => `${(100 * part) / of}%`
  return (
    <span
      ref={place}
      className="absolute"
      style={{
        left: percent(tile.x, image.width),
        top: percent(tile.y, image.height),
        width: percent(tile.width, image.width),
        height: percent(tile.height, image.height),
      }}
    >
      {url !== null && (
        <img
          src={url}
          alt=""
          decoding="async"
          draggable={false}
          data-deep-tile
          onLoad={() => setShown(true)}
          className={classes('absolute inset-0 size-full', !shown && 'opacity-0')}
        />
      )}
    </span>
  )
}
