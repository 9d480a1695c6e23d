import { EyeOff, Trash2 } from 'lucide-react'
import { ToggleGroup } from 'radix-ui'
import { Button, IconButton } from '../../ui/button.tsx'
import { classes } from '../../ui/classes.ts'
import { SliderField } from '../../ui/slider-field.tsx'
import { describeStep } from '../model/describe-step.ts'
import { addRegion, mostRegions, type Region, regionsOf } from '../model/regions.ts'
import { changeStep, removeStep } from '../model/steps.ts'
import type { PanelProps } from './panels.tsx'

/** Regions that are made unreadable. They are put on the picture as it came, so that turning and cutting do not move them off. */
export function HidePanel({ edit, region, onRegion }: PanelProps) {
  const regions = regionsOf(edit.steps)
  const chosen = regions.find(({ id }) => id === region) ?? regions.at(-1)
  const add = () => {
    const { steps, id } = addRegion(edit.steps, edit.session.start.size)
    edit.change(() => steps, null)
    onRegion(id)
  }
  const change = (part: Partial<Region>, gesture: string | null = null) => {
    if (chosen !== undefined)
      edit.change((steps) => changeStep(steps, chosen.id, { op: { ...chosen.op, ...part } }), gesture)
  }
  return (
    <div className="grid gap-4">
      <p className="text-muted text-xs leading-relaxed">
        Faces, number plates, names. The original keeps what is hidden, so whoever may see that sees it.
      </p>
      <Button className="justify-self-start" onClick={add} disabled={regions.length >= mostRegions}>
        <EyeOff aria-hidden className="size-4" /> Hide a region
      </Button>
      {regions.length > 0 && (
        <ul aria-label="Hidden regions" className="grid gap-1">
          {regions.map((step, index) => (
            <li
              key={step.id}
              className={classes(
                'flex items-center gap-1 rounded-lg',
                step.id === chosen?.id && 'bg-accent-soft',
              )}
            >
              <button
                type="button"
                aria-pressed={step.id === chosen?.id}
                onClick={() => onRegion(step.id)}
                className="min-h-10 min-w-0 flex-1 truncate px-3 text-left text-sm"
              >
                {index + 1}. {describeStep(step.op).name}{' '}
                <span className="tabular text-muted text-xs">{describeStep(step.op).values}</span>
              </button>
              <IconButton
                label={`Show region ${index + 1} again`}
                onClick={() => edit.change((steps) => removeStep(steps, step.id), null)}
              >
                <Trash2 aria-hidden />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
      {chosen !== undefined && (
        <>
          <ToggleGroup.Root
            type="single"
            aria-label="How it is hidden"
            value={chosen.op.how}
            onValueChange={(how) => how !== '' && change({ how: how as Region['how'] })}
            className="flex gap-1.5"
          >
            {(['pixelate', 'blur'] as const).map((how) => (
              <ToggleGroup.Item
                key={how}
                value={how}
                className="h-9 rounded-lg border border-line px-3 text-sm data-[state=on]:border-accent
                  data-[state=on]:bg-accent-soft data-[state=on]:text-accent"
              >
                {how === 'blur' ? 'Blur' : 'Pixels'}
              </ToggleGroup.Item>
            ))}
          </ToggleGroup.Root>
          <SliderField
            label="Strength"
            value={chosen.op.amount}
            neutral={16}
            min={2}
            max={100}
            least={2}
            step={1}
            onChange={(amount) => change({ amount }, 'region-amount')}
            onSettle={edit.settle}
          />
        </>
      )}
    </div>
  )
}
