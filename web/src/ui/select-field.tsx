import { type ComponentProps, useId } from 'react'
import { classes } from './classes.ts'

interface SelectFieldProps extends Omit<ComponentProps<'select'>, 'id' | 'onChange' | 'children'> {
  label: string
  options: readonly { value: string; label: string }[]
  onChoose: (value: string) => void
  /** The label is spoken and not seen: what is chosen says enough. */
  quiet?: boolean
}

/** One of several, by the browser's own list: the best there is on a phone. */
export function SelectField({
  label,
  options,
  onChoose,
  quiet = false,
  className,
  ...rest
}: SelectFieldProps) {
  const id = useId()
  return (
    <div className={className}>
      <label htmlFor={id} className={quiet ? 'sr-only' : 'mb-1.5 block font-medium text-sm'}>
        {label}
      </label>
      <select
        id={id}
        onChange={(event) => onChoose(event.target.value)}
        className={classes(
          'w-full rounded-lg border border-line-strong/60 bg-raised px-2.5 text-base hover:border-line-strong sm:text-sm',
          quiet ? 'h-10' : 'h-11',
        )}
        {...rest}
      >
        {options.map(({ value, label: text }) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </div>
  )
}
