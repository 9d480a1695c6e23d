import { ToggleGroup } from 'radix-ui'
import { t } from '../../languages/translate.ts'
import { SmallPicture, useSmallPictures } from '../../painting/small-pictures.tsx'
import { looks } from '../../state/looks.ts'
import { lookOf, withLook } from '../model/looks.ts'
import { operationsOf } from '../model/steps.ts'
import type { PanelProps } from './panels.tsx'

/** Ready-made colours, to begin with: each is steps, to be changed like any. */
export function LooksPanel({ edit, small }: PanelProps) {
  const look = lookOf(edit.steps)
  const pictures = useSmallPictures(
    small,
    looks.map((one) => operationsOf(withLook(edit.steps, one))),
  )
  return (
    <div className="grid gap-3">
      <p id="looks-note" className="text-muted text-xs leading-relaxed">
        {t('A look takes the place of what was done to colours, as steps that can be changed.')}
      </p>
      <ToggleGroup.Root
        type="single"
        aria-label={t('Looks')}
        aria-describedby="looks-note"
        value={look?.name ?? ''}
        onValueChange={(name) => {
          const chosen = looks.find((one) => one.name === name)
          if (chosen !== undefined) edit.change((steps) => withLook(steps, chosen))
        }}
        className="grid grid-cols-3 gap-2"
      >
        {looks.map(({ name }, index) => (
          <ToggleGroup.Item
            key={name}
            value={name}
            className="grid min-h-11 content-start gap-1 rounded-lg border border-line p-1 text-center text-xs leading-tight hyphens-auto
              break-words data-[state=on]:border-accent data-[state=on]:bg-accent-soft data-[state=on]:text-accent"
          >
            {small !== null && <SmallPicture picture={pictures[index]} />}
            <span className="min-w-0 self-center py-0.5">{t(name)}</span>
          </ToggleGroup.Item>
        ))}
      </ToggleGroup.Root>
    </div>
  )
}
