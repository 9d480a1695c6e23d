import type { Image } from '@rendition/contract'
import { formatBytes, formatFormat, formatPixels, formatTime } from '../format.ts'
import { useChangeImage } from '../state/change-image.ts'
import { EditableText } from './editable-text.tsx'
import { expiryOf } from './sizes.ts'
import { TagEditor } from './tag-editor.tsx'
import { VisibilitySwitch } from './visibility-switch.tsx'

interface DetailsProps {
  image: Image
  mayChange: boolean
  onTag: (tag: string) => void
}

/** What is known of an image, and may be changed by whoever may. Every change is saved as it is made. */
export function Details({ image, mayChange, onTag }: DetailsProps) {
  const change = useChangeImage(image.id)
  return (
    <div className="grid gap-5">
      <EditableText
        label="Name"
        readOnly={!mayChange}
        value={image.originalName}
        required
        maxLength={255}
        onSave={(originalName) => change({ originalName })}
      />
      <EditableText
        label="Alt text"
        readOnly={!mayChange}
        value={image.altText ?? ''}
        placeholder={mayChange ? 'What the picture shows, for those who cannot see it' : ''}
        multiline
        maxLength={2000}
        onSave={(altText) => change({ altText: altText === '' ? null : altText })}
      />
      <TagEditor tags={image.tags} onChange={mayChange ? (tags) => change({ tags }) : null} onOpen={onTag} />
      <VisibilitySwitch
        original={image.publicOriginal}
        disabled={!mayChange}
        visible={image.visibility === 'public'}
        expiry={expiryOf(image.sizes.original?.url ?? '')}
        onChange={(visible) => change({ visibility: visible ? 'public' : 'private' }).catch(() => undefined)}
      />
      <Facts image={image} />
    </div>
  )
}

function Facts({ image }: { image: Image }) {
  const facts = [
    ['Uploaded', formatTime(image.uploadedAt)],
    [
      'Original',
      `${formatFormat(image.contentType)}, ${formatPixels(image.width, image.height)}, ${formatBytes(image.size)}`,
    ],
    ['SHA-256', image.sha256],
    ['Id', image.id],
  ] as const
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
