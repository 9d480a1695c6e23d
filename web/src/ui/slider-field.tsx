import { RotateCcw } from 'lucide-react'
import { Slider } from 'radix-ui'
import { useId, useState } from 'react'
import { t } from '../languages/translate.ts'
import { classes } from './classes.ts'

interface SliderFieldProps {
  label: string
  value: number
  /** What changes nothing. */
  neutral: number
  min: number
  max: number
  step: number
  /** How far the service goes, where the slider does not: the number field takes it. */
  most?: number
  least?: number
  disabled?: boolean
  onChange: (value: number) => void
  /** The hand has left it: what comes next is another change. */
  onSettle: () => void
}

/** A number by slider, by keyboard and by typing it, with the way back to what changes nothing. */
export function SliderField({
  label,
  value,
  neutral,
  min,
  max,
  step,
  least = min,
  most = max,
  disabled = false,
  onChange,
  onSettle,
}: SliderFieldProps) {
  const id = useId()
  const [typed, setTyped] = useState<string | null>(null)
  const read = (text: string) => {
    setTyped(text)
    const number = Number(text)
    if (text.trim() !== '' && number >= least && number <= most) onChange(number)
  }
  const wrong = typed !== null && (typed.trim() === '' || !(Number(typed) >= least && Number(typed) <= most))
  return (
    <div className="grid gap-0.5">
      <div className="flex items-center gap-1">
        <label htmlFor={id} className="flex-1 text-sm">
          {label}
        </label>
        <input
          id={id}
          type="number"
          inputMode="decimal"
          min={least}
          max={most}
          step={step}
          disabled={disabled}
          aria-invalid={wrong}
          aria-describedby={wrong ? `${id}-range` : undefined}
          value={typed ?? value}
          onChange={({ target }) => read(target.value)}
          onBlur={() => {
            setTyped(null)
            onSettle()
          }}
          className={classes(
            'tabular h-8 w-20 rounded-md border bg-raised px-2 text-end text-base sm:text-sm',
            wrong ? 'border-danger' : 'border-line-strong/60',
          )}
        />
        <button
          type="button"
          aria-label={t('Reset {label}', { label })}
          title={t('Reset {label}', { label })}
          disabled={disabled || value === neutral}
          onClick={() => {
            onChange(neutral)
            onSettle()
          }}
          className="grid size-8 place-items-center rounded-md text-muted hover:bg-ink/7 disabled:opacity-30"
        >
          <RotateCcw aria-hidden className="size-3.5" />
        </button>
      </div>
      <Slider.Root
        value={[Math.min(Math.max(value, min), max)]}
        min={min}
        max={max}
        step={step}
        disabled={disabled}
        onValueChange={([next = neutral]) => onChange(next)}
        onValueCommit={onSettle}
        className="relative flex h-8 touch-pan-y select-none items-center"
      >
        <Slider.Track data-track className="relative h-1 grow rounded-full bg-ink/15">
          <Slider.Range className="absolute h-full rounded-full bg-ink/40" />
        </Slider.Track>
        <Slider.Thumb
          aria-label={label}
          className="block size-5 rounded-full border-2 border-ink bg-raised shadow-sm"
        />
      </Slider.Root>
      {wrong && (
        <p id={`${id}-range`} className="text-danger text-xs">
          {t('From {least} to {most}.', { least, most })}
        </p>
      )}
    </div>
  )
}
