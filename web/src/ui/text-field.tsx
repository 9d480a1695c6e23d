import { type ComponentProps, useId } from 'react'
import { classes } from './classes.ts'

interface TextFieldProps extends Omit<ComponentProps<'input'>, 'id'> {
  label: string
  hint?: string | undefined
  error?: string | undefined
}

/** A labelled input whose hint or fault is spoken with it. */
export function TextField({ label, hint, error, className, ...rest }: TextFieldProps) {
  const id = useId()
  const note = error ?? hint
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1.5 block font-medium text-sm">
        {label}
      </label>
      <input
        id={id}
        // What somebody writes begins on the side of its own letters, whatever side the page begins on.
        dir="auto"
        aria-invalid={error !== undefined}
        aria-describedby={note === undefined ? undefined : `${id}-note`}
        className={classes(
          'h-11 w-full rounded-lg border bg-raised px-3 text-base transition-colors placeholder:text-muted sm:text-sm',
          error === undefined ? 'border-line-strong/60 hover:border-line-strong' : 'border-danger',
        )}
        {...rest}
      />
      {note !== undefined && (
        <p
          id={`${id}-note`}
          className={classes('mt-1.5 text-[0.8125rem]', error === undefined ? 'text-muted' : 'text-danger')}
        >
          {note}
        </p>
      )}
    </div>
  )
}
