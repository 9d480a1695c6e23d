import { useState } from 'react'
import { t } from '../../languages/translate.ts'
import { pictureUrl } from '../../pictures/picture-url.ts'
import { isTransparent } from '../../pictures/transparency.ts'
import { useSomeImages } from '../../state/use-url-builder.ts'
import { classes } from '../../ui/classes.ts'
import { Panel } from '../../ui/page-frame.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { Answer } from '../answer.tsx'
import { useSettled } from '../use-settled.ts'

/** One of the account's pictures. */
export function PicturePicker({ onPick }: { onPick: (id: string) => void }) {
  const [typed, setTyped] = useState('')
  const q = useSettled(typed.trim())
  const query = useSomeImages(q)
  const images = query.data?.items ?? []
  return (
    <Panel title={t('Choose a picture')}>
      <TextField
        label={t('Search')}
        type="search"
        value={typed}
        maxLength={200}
        onChange={(event) => setTyped(event.target.value)}
        className="mb-4 max-w-sm"
      />
      <Answer of={query} what={t('pictures')}>
        {images.length === 0 && (
          <p className="py-8 text-center text-muted text-sm">
            {q === '' ? t('There is no picture yet: upload one.') : t('No picture matches.')}
          </p>
        )}
        <ul aria-label={t('Pictures')} className="grid grid-cols-3 gap-2 sm:grid-cols-4 md:grid-cols-6">
          {images.map((image) => {
            const size = image.sizes.thumbnail
            return (
              <li key={image.id}>
                <button
                  type="button"
                  title={image.originalName}
                  aria-label={image.altText ?? image.originalName}
                  onClick={() => onPick(image.id)}
                  // A drawing of one colour would vanish on a ground of its own.
                  style={{ backgroundColor: isTransparent(image) ? undefined : image.placeholder?.color }}
                  className={classes(
                    'block aspect-square w-full overflow-hidden rounded-lg',
                    isTransparent(image) ? 'checkered' : 'bg-sunken',
                  )}
                >
                  {size !== undefined && (
                    <img src={pictureUrl(size)} alt="" loading="lazy" className="size-full object-cover" />
                  )}
                </button>
              </li>
            )
          })}
        </ul>
      </Answer>
    </Panel>
  )
}
