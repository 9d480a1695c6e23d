import type { DuplicateGroup, Image } from '@rendition/contract'
import { Heart } from 'lucide-react'
import { useId, useState } from 'react'
import { Link } from 'wouter'
import { formatBytes, formatClock, formatFormat, formatPixels, formatTime } from '../format.ts'
import { plural, t } from '../languages/translate.ts'
import { pictureUrl } from '../pictures/picture-url.ts'
import { useMayChange } from '../state/account-scope.tsx'
import { bestOf } from '../state/merge-duplicates.ts'
import { useMergeDuplicates } from '../state/use-duplicates.ts'
import { Button } from '../ui/button.tsx'

/** Photos side by side, with what tells them apart; the largest is proposed to be kept. */
export function Group({
  group: { images, count },
  onMerged,
}: {
  group: DuplicateGroup
  /** The others went, and what had the focus goes with them. */
  onMerged: () => void
}) {
  const { merge, isPending } = useMergeDuplicates(onMerged)
  const mayChange = useMayChange()
  const name = useId()
  const [chosen, setChosen] = useState<string | null>(null)
  const kept = images.find(({ id }) => id === chosen) ?? bestOf(images)
  const others = images.filter((image) => image !== kept)
  const more = count - images.length
  return (
    <fieldset
      tabIndex={-1}
      className="min-w-0 rounded-xl border border-line bg-raised p-3 sm:p-4"
      disabled={isPending}
    >
      <legend className="sr-only">
        {plural(count, '{count} photo that looks the same', '{count} photos that look the same')}
      </legend>
      <div className="flex gap-3 overflow-x-auto pb-2">
        {images.map((image) => (
          <Candidate
            key={image.id}
            image={image}
            group={name}
            best={images.length > 1 && image === bestOf(images)}
            kept={image === kept}
            onKeep={mayChange ? () => setChosen(image.id) : null}
          />
        ))}
      </div>
      <div className="mt-2 flex flex-wrap items-center justify-between gap-2">
        <p className="text-muted text-sm">
          {plural(count, '{count} photo', '{count} photos')}
          {more > 0 && `, ${t('{more} of them not shown: they come when these are fewer', { more })}`}
        </p>
        {mayChange && kept !== undefined && others.length > 0 && (
          <Button onClick={() => merge({ kept, others, more: more > 0 })} disabled={isPending}>
            {plural(
              others.length,
              'Keep one, move {count} photo to the trash',
              'Keep one, move {count} photos to the trash',
            )}
          </Button>
        )}
      </div>
    </fieldset>
  )
}

interface CandidateProps {
  image: Image
  group: string
  best: boolean
  kept: boolean
  /** null where nothing may be changed. */
  onKeep: (() => void) | null
}

function Candidate({ image, group, best, kept, onKeep }: CandidateProps) {
  const { small, thumbnail } = image.sizes
  const picture = small ?? thumbnail
  const taken = image.metadata?.takenAt
  return (
    <div className="relative grid w-[46%] min-w-36 shrink-0 content-start gap-2 rounded-lg border border-line p-2 has-checked:border-accent has-checked:bg-accent-soft sm:w-56">
      <Link
        href={`/photos/${image.id}`}
        aria-label={t('Look at {name}', { name: image.originalName })}
        className="block aspect-[4/3] bg-sunken overflow-hidden rounded-md"
      >
        {picture !== undefined && (
          <img src={pictureUrl(picture)} alt="" loading="lazy" className="size-full object-contain" />
        )}
      </Link>
      {onKeep !== null && (
        <label className="flex min-h-8 items-center gap-2 font-medium text-sm">
          <input
            type="radio"
            name={group}
            checked={kept}
            onChange={onKeep}
            aria-label={t('Keep {name}', { name: image.originalName })}
            className="size-4 accent-(--accent)"
          />
          {t('Keep')}
          {best && <span className="ms-auto font-normal text-muted text-xs">{t('the largest')}</span>}
        </label>
      )}
      <dl className="grid gap-0.5 text-xs [&_dt]:sr-only">
        <dt>{t('Name')}</dt>
        <dd className="truncate" title={image.originalName}>
          <bdi>{image.originalName}</bdi>
        </dd>
        <dt>{t('Size')}</dt>
        <dd className="tabular text-muted">
          {formatPixels(image.width, image.height)} · {formatBytes(image.size)} ·{' '}
          {formatFormat(image.contentType)}
        </dd>
        <dt>{t('When')}</dt>
        <dd className="tabular text-muted">
          {taken == null
            ? t('Added {time}', { time: formatTime(image.uploadedAt) })
            : t('Taken {time}', { time: formatClock(taken) ?? taken })}
        </dd>
        <dt>{t('Marks')}</dt>
        <dd className="flex min-h-4 flex-wrap items-center gap-1.5 text-muted">
          {image.favourite && (
            <>
              <Heart aria-hidden className="size-3.5 text-accent" fill="currentColor" />
              <span className="sr-only">{t('Favourite')}</span>
            </>
          )}
          {image.rating > 0 && <span>{plural(image.rating, '{count} star', '{count} stars')}</span>}
          {image.tags.length > 0 && <span className="truncate">{image.tags.join(', ')}</span>}
        </dd>
      </dl>
    </div>
  )
}
