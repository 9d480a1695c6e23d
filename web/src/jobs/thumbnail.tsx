import { FileCog } from 'lucide-react'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { pictureUrl } from '../pictures/picture-url.ts'
import { useImage } from '../state/use-images.ts'

/** The picture that a job is about, where there is one yet. */
export function Thumbnail({ imageId }: { imageId: string | null }) {
  const frame = 'grid size-11 shrink-0 place-items-center overflow-hidden rounded-md bg-sunken text-muted'
  if (imageId === null) return <Nothing className={frame} />
  return <ThumbnailOf imageId={imageId} className={frame} />
}

function ThumbnailOf({ imageId, className }: { imageId: string; className: string }) {
  const { data: image } = useImage(imageId)
  const size = image?.sizes.thumbnail
  if (image === undefined || size === undefined) return <Nothing className={className} />
  return (
    <Link href={`/photos/${imageId}`} aria-label={image.altText ?? image.originalName} className={className}>
      <img src={pictureUrl(size)} alt="" loading="lazy" className="size-full object-cover" />
    </Link>
  )
}

function Nothing({ className }: { className: string }): ReactNode {
  return (
    <span className={className}>
      <FileCog aria-hidden className="size-5" strokeWidth={1.5} />
    </span>
  )
}
