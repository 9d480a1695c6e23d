import { ToggleGroup } from 'radix-ui'
import { t } from '../../languages/translate.ts'
import { looks } from '../../state/looks.ts'
import { lookOf, withLook } from '../model/looks.ts'
import type { PanelProps } from './panels.tsx'

/** Ready-made colours, to begin with: each is steps, to be changed like any. */
export function LooksPanel({ edit }: PanelProps) {
  const look = lookOf(edit.steps)
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
        className="grid grid-cols-2 gap-2"
      >
        {looks.map(({ name }) => (
          <ToggleGroup.Item
            key={name}
            value={name}
            className="h-11 rounded-lg border border-line px-3 text-start text-sm data-[state=on]:border-accent
              data-[state=on]:bg-accent-soft data-[state=on]:text-accent"
          >
            {t(name)}
          </ToggleGroup.Item>
        ))}
      </ToggleGroup.Root>
    </div>
  )
}
