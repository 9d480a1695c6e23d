import { useState } from 'react'
import { t } from '../../languages/translate.ts'
import { pictureUrl } from '../../pictures/picture-url.ts'
import { noFilter } from '../../state/filter.ts'
import { useImages } from '../../state/use-images.ts'
import { Button } from '../../ui/button.tsx'

interface MarkPictureProps {
  /** The image that is edited. */
  not: string
  chosen: string | undefined
  onChoose: (imageId: string | null) => void
}

/** Another photo of the library as the mark: what was added last is offered. */
export function MarkPicture({ not, chosen, onChoose }: MarkPictureProps) {
  const [open, setOpen] = useState(false)
  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap gap-2">
        <Button aria-expanded={open} onClick={() => setOpen(!open)}>
          {chosen === undefined ? t('Use a picture') : t('Another picture')}
        </Button>
        {chosen !== undefined && (
          <Button look="quiet" onClick={() => onChoose(null)}>
            {t('Without')}
          </Button>
        )}
      </div>
      {open && (
        <Choice
          not={not}
          onChoose={(id) => {
            setOpen(false)
            onChoose(id)
          }}
        />
      )}
    </div>
  )
}

function Choice({ not, onChoose }: { not: string; onChoose: (id: string) => void }) {
  const { images, query } = useImages(noFilter)
  const offered = images.filter(({ id, status }) => id !== not && status === 'complete')
  if (offered.length === 0)
    return (
      <p className="text-muted text-sm">
        {query.isLoading ? t('Looking…') : t('There is no other photo yet.')}
      </p>
    )
  return (
    <ul aria-label={t('Photos to lay over')} className="grid max-h-56 grid-cols-4 gap-1.5 overflow-y-auto">
      {offered.map(({ id, originalName, sizes }) => (
        <li key={id}>
          <button
            type="button"
            aria-label={originalName}
            title={originalName}
            onClick={() => onChoose(id)}
            className="checkered block aspect-square w-full overflow-hidden rounded-md"
          >
            {sizes.thumbnail !== undefined && (
              <img
                src={pictureUrl(sizes.thumbnail)}
                alt=""
                loading="lazy"
                className="size-full object-contain"
              />
            )}
          </button>
        </li>
      ))}
    </ul>
  )
}
