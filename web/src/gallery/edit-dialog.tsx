import type { Transformation } from '@rendition/contract/recipe'
import { type FormEvent, useState } from 'react'
import { formatSizeName } from '../format.ts'
import { t } from '../languages/translate.ts'
import { SmallPicture, useSmallPictures } from '../painting/small-pictures.tsx'
import type { Chosen } from '../state/chosen.ts'
import { useCopiedSteps } from '../state/copied-edit.ts'
import { useEditMany } from '../state/edit-many.ts'
import { looks } from '../state/looks.ts'
import { usePresets } from '../state/use-presets.ts'
import { Button } from '../ui/button.tsx'
import { classes } from '../ui/classes.ts'
import { Sheet } from '../ui/sheet.tsx'
import { useSmallOf } from './use-small-of.ts'

/** What is as it was needs no new version. */
const offered = looks.filter(({ operations }) => operations.length > 0)

interface EditDialogProps {
  chosen: Chosen
  /** `3 photos`, for the question. */
  photos: string
  onClose: () => void
}

interface Choice {
  name: string
  /** What it makes of the first photo; null until it is drawn, left out where it cannot be. */
  picture?: ImageData | null
  transformation: Transformation
}

/** The same for many photos, as a new version of each: the edit that was copied, a look, or what a preset makes of them. */
export function EditDialog({ chosen, photos, onClose }: EditDialogProps) {
  const copied = useCopiedSteps()
  const { data } = usePresets()
  const { edit, running } = useEditMany()
  const small = useSmallOf(chosen.images[0])
  const pictures = useSmallPictures(
    small,
    offered.map(({ operations }) => operations),
  )
  const [picked, setPicked] = useState<Choice | null>(null)
  const title = t('Edit {photos}', { photos })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (picked === null || running !== null) return
    edit({ chosen, transformation: picked.transformation })
    onClose()
  }
  const groups: { name: string; choices: Choice[] }[] = [
    {
      name: t('The edit that was copied'),
      choices: copied === null ? [] : [{ name: t('Paste edit'), transformation: { steps: copied } }],
    },
    {
      name: t('Looks'),
      choices: offered.map(({ name, operations }, index) => ({
        name: t(name),
        transformation: { steps: operations },
        ...(small !== null && { picture: pictures[index] ?? null }),
      })),
    },
    {
      name: t('Presets'),
      choices: (data?.state.presets ?? []).map(({ name }) => ({
        name: formatSizeName(name),
        transformation: { preset: name },
      })),
    },
  ]
  return (
    <Sheet title={title} onClose={onClose} className="max-w-lg">
      <form onSubmit={submit} className="grid min-h-0 gap-4 p-6">
        <div>
          <h2 className="font-semibold text-lg tracking-tight">{title}</h2>
          <p className="mt-1 text-muted text-sm">
            {t(
              'Each gets a new version; those before stay. It goes on by itself, and the jobs page shows how far it is.',
            )}
          </p>
        </div>
        <div className="-mx-1 grid min-h-0 gap-4 overflow-y-auto p-1">
          {groups
            .filter(({ choices }) => choices.length > 0)
            .map(({ name, choices }) => (
              <fieldset key={name}>
                <legend className="mb-1.5 font-medium text-muted text-xs">{name}</legend>
                <div
                  className={
                    choices.some(({ picture }) => picture !== undefined)
                      ? 'grid grid-cols-3 gap-1.5 sm:grid-cols-4'
                      : 'flex flex-wrap gap-1.5'
                  }
                >
                  {choices.map((choice) => (
                    <label
                      key={choice.name}
                      className={classes(
                        'relative grid min-h-10 cursor-pointer rounded-lg border border-line has-checked:border-accent has-checked:bg-accent-soft',
                        'has-checked:text-accent has-focus-visible:outline-2 has-focus-visible:outline-accent has-focus-visible:outline-offset-2',
                        choice.picture === undefined
                          ? 'place-content-center px-3 text-sm'
                          : 'content-start gap-1 hyphens-auto break-words p-1 text-center text-xs leading-tight',
                      )}
                    >
                      <input
                        type="radio"
                        name="edit-of-many"
                        className="absolute inset-0 size-full cursor-pointer opacity-0"
                        checked={picked?.name === choice.name}
                        onChange={() => setPicked(choice)}
                      />
                      {choice.picture !== undefined && <SmallPicture picture={choice.picture} />}
                      <span className="block min-w-0 py-0.5 first-letter:uppercase">{choice.name}</span>
                    </label>
                  ))}
                </div>
              </fieldset>
            ))}
        </div>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('Cancel')}</Button>
          <Button type="submit" look="primary" disabled={picked === null || running !== null}>
            {t('Edit all')}
          </Button>
        </div>
      </form>
    </Sheet>
  )
}
