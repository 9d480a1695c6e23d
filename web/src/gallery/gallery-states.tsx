import { CloudOff, Images, Library, SearchX } from 'lucide-react'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import type { Phrase } from '../languages/catalogue.ts'
import { t } from '../languages/translate.ts'
import { Button } from '../ui/button.tsx'
import { partOf, usePart } from '../ui/part.ts'
import { gap } from './layout.ts'

const emptyGallery = partOf(() => import('./empty-gallery.tsx'))

/** Fetched where it is needed: whoever has photos never sees it again. */
export function EmptyGallery({ mayUpload }: { mayUpload: boolean }) {
  const { part, failed } = usePart(emptyGallery, mayUpload)
  if (!mayUpload) {
    return (
      <Message icon={<Images aria-hidden />} title={t('No photos yet')}>
        <p className="max-w-sm text-muted">{t('Your account may look at photos, and not add any.')}</p>
      </Message>
    )
  }
  if (failed)
    return (
      <GalleryFault
        text={t('This part of the page could not be loaded. Look whether you are online, then try again.')}
        onRetry={() => window.location.reload()}
      />
    )
  return part && <part.EmptyGallery />
}

export function NothingFound({ onClear }: { onClear: () => void }) {
  return (
    <Message icon={<SearchX aria-hidden />} title={t('No photo matches')}>
      <Button onClick={onClear}>{t('Show all photos')}</Button>
    </Message>
  )
}

export function AlbumGone() {
  return (
    <Message
      icon={<Library aria-hidden />}
      title={t('This album is gone. Its photos are still in the library.')}
    >
      <Link href="/albums" className="text-sm underline underline-offset-4">
        {t('All albums')}
      </Link>
    </Message>
  )
}

const nothingHere = {
  photos: 'No photos in this album. Select some in Photos and add them.',
  favourites: 'No favourites yet. Press f on a photo, or use the heart.',
  archive: 'Nothing is archived. Archived photos are here and in their albums, and in no other list.',
  trash: 'The trash is empty.',
} as const satisfies Record<string, Phrase>

export function NothingHere({ view }: { view: keyof typeof nothingHere }) {
  return <p className="py-28 text-center text-muted">{t(nothingHere[view])}</p>
}

export function GalleryFault({ text, onRetry }: { text: string; onRetry: () => void }) {
  return (
    <Message icon={<CloudOff aria-hidden />} title={text} alert>
      <Button onClick={onRetry}>{t('Try again')}</Button>
    </Message>
  )
}

interface MessageProps {
  icon: ReactNode
  title: string
  alert?: boolean
  children: ReactNode
}

function Message({ icon, title, alert = false, children }: MessageProps) {
  return (
    <div role={alert ? 'alert' : undefined} className="grid justify-items-center gap-5 py-28 text-center">
      <span className="text-muted [&>svg]:size-9 [&>svg]:stroke-[1.5]">{icon}</span>
      <p className="max-w-sm font-medium text-lg tracking-tight">{title}</p>
      {children}
    </div>
  )
}

const skeletonRatios = [1.5, 0.75, 1.33, 1.78, 1, 1.5, 0.67, 1.4, 1.2, 1.6, 0.8, 1.5]

/** Grey rows of about the right shape while the first page comes. */
export function GallerySkeleton() {
  return (
    <div className="flex flex-wrap" style={{ gap }} role="status" aria-label={t('Loading photos')}>
      {skeletonRatios.map((ratio, index) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes
          key={index}
          className="h-36 animate-breathe rounded-md bg-sunken sm:h-52"
          style={{ flexGrow: ratio * 100, flexBasis: `${ratio * 9}rem` }}
        />
      ))}
    </div>
  )
}
