import { Star } from 'lucide-react'
import { plural, t } from '../languages/translate.ts'
import { classes } from '../ui/classes.ts'

const all = [1, 2, 3, 4, 5] as const

interface StarsProps {
  rating: number
  /** null where it may not be changed. */
  onChange: ((rating: number) => void) | null
}

/** Up to five stars; the one that is set takes all of them off. */
export function Stars({ rating, onChange }: StarsProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset brings a border of its own, and this is a row of buttons
    <div role="group" aria-label={t('Rating')} className="-mx-1.5 flex">
      {all.map((stars) => (
        <button
          key={stars}
          type="button"
          disabled={onChange === null}
          aria-label={plural(stars, '{count} star', '{count} stars')}
          aria-pressed={rating === stars}
          onClick={() => onChange?.(rating === stars ? 0 : stars)}
          className="grid size-8 place-items-center rounded-md transition-colors enabled:hover:bg-ink/5"
        >
          <Star
            aria-hidden
            className={classes('size-4.5', stars <= rating ? 'fill-accent text-accent' : 'text-line-strong')}
          />
        </button>
      ))}
    </div>
  )
}
