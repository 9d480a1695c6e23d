import type { Image, Size } from '@rendition/contract'
import { ImageOff } from 'lucide-react'
import { type RefObject, useEffect, useState } from 'react'
import { t } from '../languages/translate.ts'
import { pictureSource } from '../pictures/picture-source.ts'
import { useAccount } from '../state/account-scope.tsx'
import { explainError } from '../state/explain-error.ts'
import { loadImage } from '../state/live-images.ts'
import { useOnline } from '../state/online.ts'
import { Button } from '../ui/button.tsx'
import { isDeep } from '../zoom/sharper-size.ts'
import type { Zoom } from '../zoom/zoomable.tsx'
import { ZoomedPicture } from '../zoom/zoomed-picture.tsx'
import { DeepPicture } from './deep-picture.tsx'

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

/** A picture of one's own in the size that was chosen, and where it is looked into in one with more pixels, or in parts. */
export function Picture({ image, size, ...looking }: PictureProps) {
  const account = useAccount()
  const [broken, setBroken] = useState<Broken | null>(null)
  const online = useOnline()
  const url = pictureSource(size)
  const deep = isDeep(image)

  const onError = async () => {
    // The signature may have ended; a new one makes a new URL, which is tried again. No answer to this either, and it is the
    // line that is broken, not the picture.
    setBroken({ url, why: await loadImage(account, image.id) })
  }
  useEffect(() => {
    if (online) setBroken(null)
  }, [online])
  const isBroken = broken?.url === url
  if (isBroken && broken.why === null) return <NotShown />
  return (
    <>
      <ZoomedPicture
        picture={image}
        alt={image.altText ?? image.originalName}
        actualWidth={image.width}
        size={size}
        first={image.sizes.small}
        isBroken={isBroken}
        onError={onError}
        over={(sharper, shownWidth) =>
          deep && shownWidth > sharper.width && <DeepPicture image={image} shownWidth={shownWidth} />
        }
        {...looking}
      />
      {isBroken && <NotSharper why={broken.why} onRetry={() => setBroken(null)} />}
    </>
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
