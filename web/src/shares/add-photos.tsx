import { ImagePlus } from 'lucide-react'
import { useRef } from 'react'
import { plural, t } from '../languages/translate.ts'
import type { SharedState } from '../state/shared.ts'
import { Button } from '../ui/button.tsx'
import { Spinner } from '../ui/spinner.tsx'

interface AddPhotosProps {
  state: Pick<SharedState, 'sending' | 'rejected'>
  onAdd: (files: readonly File[]) => Promise<void>
}

/** Lets guests add photos to the album, and says what became of them. */
export function AddPhotos({ state: { sending, rejected }, onAdd }: AddPhotosProps) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <div className="max-w-full">
      <input
        ref={input}
        type="file"
        accept="image/*"
        multiple
        className="sr-only"
        aria-label={t('Photos to add')}
        tabIndex={-1}
        onChange={({ target }) => {
          void onAdd([...(target.files ?? [])])
          // The same file can be chosen again.
          target.value = ''
        }}
      />
      <Button look="primary" disabled={sending !== null} onClick={() => input.current?.click()}>
        {sending === null ? <ImagePlus aria-hidden className="size-4" /> : <Spinner />}
        {sending === null
          ? t('Add photos')
          : t('{done} of {total} sent', { done: sending.done, total: sending.all })}
      </Button>
      <div role="status">
        {rejected.length > 0 && (
          <div className="mt-3 max-w-md rounded-lg bg-danger-soft px-4 py-3 text-danger text-sm">
            <p className="font-medium">
              {plural(rejected.length, '{count} file not taken', '{count} files not taken')}
            </p>
            <ul className="mt-1 grid gap-1">
              {rejected.slice(0, 5).map(({ name, why }) => (
                <li key={name} className="break-words">
                  {name}: {why}
                </li>
              ))}
            </ul>
          </div>
        )}
      </div>
    </div>
  )
}
