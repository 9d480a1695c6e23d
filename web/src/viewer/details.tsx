import type { ImageChange } from '@rendition/client'
import type { Image, Version } from '@rendition/contract'
import { Archive, ArchiveRestore } from 'lucide-react'
import { formatBytes, formatFormat, formatPixels, formatTime } from '../format.ts'
import { t } from '../languages/translate.ts'
import { useChangeImage } from '../state/change-image.ts'
import { useVersions } from '../state/image-facts.ts'
import { Button } from '../ui/button.tsx'
import { CompareButton } from './compare-button.tsx'
import { EditableText } from './editable-text.tsx'
import { Histogram } from './histogram.tsx'
import { History } from './history.tsx'
import { InAlbums } from './in-albums.tsx'
import { originalOf } from './original-of.ts'
import { Palette } from './palette.tsx'
import { Shot } from './shot.tsx'
import { expiryOf } from './sizes.ts'
import { Stars } from './stars.tsx'
import { TagEditor } from './tag-editor.tsx'
import { UsedAt } from './used-at.tsx'
import { VisibilitySwitch } from './visibility-switch.tsx'

interface DetailsProps {
  image: Image
  mayChange: boolean
  onTag: (tag: string) => void
  onColor: (color: string) => void
}

/** What is known of an image, and may be changed by whoever may. Every change is saved as it is made. */
export function Details({ image, mayChange, onTag, onColor }: DetailsProps) {
  const versions = useVersions(image)
  const change = useChangeImage(image.id)
  const save = (part: ImageChange) => void change(part).catch(() => undefined)
  return (
    <div className="grid gap-6">
      <div className="grid gap-5">
        <EditableText
          label={t('Name')}
          readOnly={!mayChange}
          value={image.originalName}
          required
          maxLength={255}
          onSave={(originalName) => change({ originalName })}
        />
        <EditableText
          label={t('Alt text')}
          readOnly={!mayChange}
          value={image.altText ?? ''}
          placeholder={mayChange ? t('What the picture shows, for those who cannot see it') : ''}
          multiline
          maxLength={2000}
          onSave={(altText) => change({ altText: altText === '' ? null : altText })}
        />
        <TagEditor
          tags={image.tags}
          onChange={mayChange ? (tags) => change({ tags }) : null}
          onOpen={onTag}
        />
        <div className="flex flex-wrap items-center justify-between gap-2">
          <Stars rating={image.rating} onChange={mayChange ? (rating) => save({ rating }) : null} />
          {mayChange && (
            <Button look="quiet" className="px-3" onClick={() => save({ archived: !image.archived })}>
              {image.archived ? (
                <ArchiveRestore aria-hidden className="size-4" />
              ) : (
                <Archive aria-hidden className="size-4" />
              )}
              {image.archived ? t('Out of the archive') : t('Archive')}
            </Button>
          )}
        </div>
        <VisibilitySwitch
          original={image.publicOriginal}
          disabled={!mayChange}
          visible={image.visibility === 'public'}
          expiry={expiryOf(image.sizes.original?.url ?? '')}
          onChange={(visible) => save({ visibility: visible ? 'public' : 'private' })}
        />
      </div>
      <InAlbums imageId={image.id} />
      {image.metadata !== null && <Shot metadata={image.metadata} />}
      <Histogram image={image} />
      <Palette colors={image.palette} onColor={onColor} />
      {versions !== undefined && image.status === 'complete' && !image.trashedAt && (
        <CompareButton image={image} versions={versions} />
      )}
      {versions !== undefined && <History image={image} versions={versions} mayChange={mayChange} />}
      <UsedAt image={image} />
      <Facts image={image} versions={versions} />
    </div>
  )
}

/** The bytes are the original's, whatever the picture has become: so are the pixels that stand beside them. */
function Facts({ image, versions }: { image: Image; versions: readonly Version[] | undefined }) {
  const original = originalOf(image, versions)
  const pixels = original === null ? [] : [formatPixels(original.width, original.height)]
  const facts: [string, string][] = [
    [t('Uploaded'), formatTime(image.uploadedAt)],
    [t('Original'), [formatFormat(image.contentType), ...pixels, formatBytes(image.size)].join(', ')],
    ...(original?.edited === true
      ? [[t('Edited'), formatPixels(image.width, image.height)] satisfies [string, string]]
      : []),
    ['SHA-256', image.sha256],
    [t('Id'), image.id],
  ]
  return (
    <dl className="grid grid-cols-[4.5rem_1fr] gap-x-3 gap-y-1.5 border-line border-t pt-5 text-xs">
      {facts.map(([term, fact]) => (
        <div key={term} className="contents">
          <dt className="text-muted">{term}</dt>
          <dd className="tabular truncate" title={fact}>
            {fact}
          </dd>
        </div>
      ))}
    </dl>
  )
}
