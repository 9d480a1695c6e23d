import { Switch as RadixSwitch } from 'radix-ui'
import { useId } from 'react'
import { classes } from './classes.ts'

interface SwitchProps {
  label: string
  /** What is said beside the label. */
  note?: string
  on: boolean
  onChange: (on: boolean) => void
  className?: string
}

/** Something that is on or off at once. */
export function Switch({ label, note, on, onChange, className }: SwitchProps) {
  const id = useId()
  return (
    <div className={classes('flex min-h-9 items-center gap-3', className)}>
      <RadixSwitch.Root
        id={id}
        checked={on}
        onCheckedChange={onChange}
        className="h-5 w-9 shrink-0 rounded-full border border-line-strong bg-ink/10 transition-colors
          data-[state=checked]:border-ink data-[state=checked]:bg-ink"
      >
        <RadixSwitch.Thumb
          className="block size-3.5 translate-x-0.5 rounded-full rtl:-translate-x-0.5 bg-line-strong transition-transform
            data-[state=checked]:translate-x-[1.05rem] rtl:data-[state=checked]:-translate-x-[1.05rem] data-[state=checked]:bg-ground"
        />
      </RadixSwitch.Root>
      <label htmlFor={id} className="min-w-0 flex-1 text-sm">
        <span className="block break-words leading-tight">{label}</span>
        {note !== undefined && note !== '' && (
          <span className="tabular block break-words text-muted text-xs">{note}</span>
        )}
      </label>
    </div>
  )
}
