import type { ImageChange } from '@rendition/client'
import type { Image } from '@rendition/contract'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Globe, Lock } from 'lucide-react'
import { Switch } from 'radix-ui'
import { useId } from 'react'
import { toast } from 'sonner'
import { explainError } from '../explain-error.ts'
import { formatBytes, formatFormat, formatPixels, formatTime } from '../format.ts'
import { putImage } from '../gallery/image-cache.ts'
import { client } from '../session/client.ts'
import { announce } from '../ui/announcer.tsx'
import { EditableText } from './editable-text.tsx'
import { expiryOf } from './sizes.ts'
import { TagEditor } from './tag-editor.tsx'

/** What is known of an image and may be changed. Every change is saved as it is made. */
export function Details({ image, onTag }: { image: Image; onTag: (tag: string) => void }) {
  const cache = useQueryClient()
  const { mutate: change } = useMutation({
    mutationFn: (part: ImageChange) => client.images.patch(image.id, part),
    onSuccess: (changed) => {
      putImage(cache, changed)
      announce('Saved')
    },
    onError: (error) => toast.error(explainError(error)),
  })
  return (
    <div className="grid gap-5">
      <EditableText
        label="Name"
        value={image.originalName}
        required
        maxLength={255}
        onSave={(originalName) => change({ originalName })}
      />
      <EditableText
        label="Alt text"
        value={image.altText ?? ''}
        placeholder="What the picture shows, for those who cannot see it"
        multiline
        maxLength={2000}
        onSave={(altText) => change({ altText: altText === '' ? null : altText })}
      />
      <TagEditor tags={image.tags} onChange={(tags) => change({ tags })} onOpen={onTag} />
      <VisibilitySwitch
        visible={image.visibility === 'public'}
        expiry={expiryOf(image.sizes.original?.url ?? '')}
        onChange={(visible) => change({ visibility: visible ? 'public' : 'private' })}
      />
      <Facts image={image} />
    </div>
  )
}

interface VisibilitySwitchProps {
  visible: boolean
  /** When the signed URLs that are shown now stop working. */
  expiry: Date | null
  onChange: (visible: boolean) => void
}

function VisibilitySwitch({ visible, expiry, onChange }: VisibilitySwitchProps) {
  const id = useId()
  const Icon = visible ? Globe : Lock
  return (
    <div className="flex items-center gap-3">
      <Icon aria-hidden className="size-4 shrink-0 text-muted" />
      <label htmlFor={id} className="flex-1 text-sm">
        Public
        <span className="block text-muted text-xs">
          {visible ? 'Anyone with the URL can see it.' : privateNote(expiry)}
        </span>
      </label>
      <Switch.Root
        id={id}
        checked={visible}
        onCheckedChange={onChange}
        className="h-6 w-10 rounded-full bg-line-strong p-0.5 transition-colors data-[state=checked]:bg-accent"
      >
        <Switch.Thumb className="block size-5 rounded-full bg-raised transition-transform data-[state=checked]:translate-x-4" />
      </Switch.Root>
    </div>
  )
}

function privateNote(expiry: Date | null): string {
  return expiry === null
    ? 'Only you can see it.'
    : `Its URLs are signed, and work until ${formatTime(expiry)}.`
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
