import { CloudOff, Images, ImageUp, SearchX } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Phrase } from '../languages/catalogue.ts'
import { t } from '../languages/translate.ts'
import { Button } from '../ui/button.tsx'
import { FilePicker } from '../upload/file-picker.tsx'
import { gap } from './layout.ts'

/** The first thing a new user sees: an invitation, and a target as large as the page. Not for who may only look. */
export function EmptyGallery({ mayUpload }: { mayUpload: boolean }) {
  if (!mayUpload) {
    return (
      <Message icon={<Images aria-hidden />} title={t('No photos yet')}>
        <p className="max-w-sm text-muted">{t('Your account may look at photos, and not add any.')}</p>
      </Message>
    )
  }
  return (
    <FilePicker>
      {(open) => (
        <div
          className="grid min-h-[min(72dvh,44rem)] place-items-center rounded-3xl border border-line-strong/50 border-dashed
            px-6 py-16 text-center"
        >
          <div className="max-w-md">
            <Frames />
            <h2 className="mt-8 font-semibold text-2xl tracking-[-0.015em]">
              {t('Drop your first photos here')}
            </h2>
            <p className="mt-3 text-muted leading-relaxed">
              {t(
                'Each one is ready in five sizes within a second or two, at a URL of its own. The original stays untouched.',
              )}
            </p>
            <Button look="primary" className="mt-7 h-11 px-5" onClick={open}>
              <ImageUp aria-hidden className="size-4" /> {t('Choose photos')}
            </Button>
            <p className="mt-4 text-[0.8125rem] text-muted">
              {t('JPEG, PNG, WebP, AVIF, HEIC, GIF or TIFF. You can also paste, or drop a whole folder.')}
            </p>
          </div>
        </div>
      )}
    </FilePicker>
  )
}

/** One picture in its sizes, drawn. */
function Frames() {
  return (
    <svg viewBox="0 0 132 96" aria-hidden="true" className="mx-auto h-24 text-ink">
      <rect
        x=".75"
        y=".75"
        width="130.5"
        height="94.5"
        rx="8"
        fill="none"
        stroke="currentColor"
        strokeOpacity=".22"
        strokeWidth="1.5"
      />
      <rect
        x=".75"
        y="22.75"
        width="100.5"
        height="72.5"
        rx="7"
        fill="none"
        stroke="currentColor"
        strokeOpacity=".34"
        strokeWidth="1.5"
      />
      <rect
        x=".75"
        y="44.75"
        width="70.5"
        height="50.5"
        rx="6"
        fill="none"
        stroke="currentColor"
        strokeOpacity=".5"
        strokeWidth="1.5"
      />
      <rect x="0" y="66" width="42" height="30" rx="5" fill="var(--accent)" />
      <circle cx="31" cy="75" r="3" fill="var(--ground)" />
      <path d="m5 91 10-12 8 9 5-5 8 8z" fill="var(--ground)" />
    </svg>
  )
}

export function NothingFound({ onClear }: { onClear: () => void }) {
  return (
    <Message icon={<SearchX aria-hidden />} title={t('No photo matches')}>
      <Button onClick={onClear}>{t('Show all photos')}</Button>
    </Message>
  )
}

const nothingHere = {
  photos: 'No photos in this album. Select some in Photos and add them.',
  favourites: 'No favourites yet. Press f on a photo, or use the heart.',
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
