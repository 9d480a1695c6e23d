import { EyeOff, Trash2 } from 'lucide-react'
import { ToggleGroup } from 'radix-ui'
import { useEffect, useRef } from 'react'
import { t } from '../../languages/translate.ts'
import { describeStep } from '../../state/describe-step.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { classes } from '../../ui/classes.ts'
import { SliderField } from '../../ui/slider-field.tsx'
import { addRegion, mostRegions, type Region, regionsOf } from '../model/regions.ts'
import { changeStep, removeStep } from '../model/steps.ts'
import type { PanelProps } from './panels.tsx'

/** Regions that are made unreadable. They are put on the picture as it came, so that turning and cutting do not move them off. */
export function HidePanel({ image, edit, region, onRegion }: PanelProps) {
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
  const list = useRef<HTMLUListElement>(null)
  const addButton = useRef<HTMLButtonElement>(null)
  /** The place of the region that was shown again: its button had the focus. */
  const gone = useRef<number | null>(null)
  const count = regions.length
  useEffect(() => {
    if (gone.current === null) return
    // Without regions there is no list any more.
    const next = count === 0 ? null : list.current?.children[gone.current]?.querySelector('button')
    ;(next ?? addButton.current)?.focus()
    gone.current = null
  }, [count])
  const showAgain = (id: number, index: number) => {
    gone.current = index
    edit.change((steps) => removeStep(steps, id), null)
  }
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <p className="text-muted text-xs leading-relaxed">
        {t(
          'Faces, number plates, names. The original keeps what is hidden, so whoever may see that sees it.',
        )}
      </p>
      {image.visibility === 'public' && (
        <p className="rounded-lg bg-accent-soft px-3 py-2 text-accent text-xs leading-relaxed">
          {t(
            'This photo is public: anyone can still fetch its original and earlier versions. Make it private, or save a copy and share that.',
          )}
        </p>
      )}
      <Button
        ref={addButton}
        className="justify-self-start"
        onClick={add}
        disabled={regions.length >= mostRegions}
      >
        <EyeOff aria-hidden className="size-4" /> {t('Hide a region')}
      </Button>
      {regions.length > 0 && (
        <ul ref={list} aria-label={t('Hidden regions')} className="grid grid-cols-[minmax(0,1fr)] gap-1">
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
                className="min-h-10 min-w-0 flex-1 truncate px-3 text-start text-sm"
              >
                {index + 1}. {describeStep(step.op).name}{' '}
                <span className="tabular text-muted text-xs">{describeStep(step.op).values}</span>
              </button>
              <IconButton
                label={t('Show region {number} again', { number: index + 1 })}
                onClick={() => showAgain(step.id, index)}
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
            aria-label={t('How it is hidden')}
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
                {how === 'blur' ? t('Blur') : t('hidden by|Pixels')}
              </ToggleGroup.Item>
            ))}
          </ToggleGroup.Root>
          <SliderField
            label={t('Strength')}
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
