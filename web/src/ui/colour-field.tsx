import { useId, useState } from 'react'
import { t } from '../languages/translate.ts'
import { classes } from './classes.ts'

interface ColourFieldProps {
  label: string
  /** `rrggbbaa`. */
  value: string
  /** `rrggbbaa` of what was typed; null when it is no colour. */
  parse: (text: string) => string | null
  onChange: (value: string) => void
  onSettle: () => void
}

/** A colour by picking and by typing, with its alpha where it is typed. */
export function ColourField({ label, value, parse, onChange, onSettle }: ColourFieldProps) {
  const id = useId()
  const [typed, setTyped] = useState<string | null>(null)
  const shown = value.endsWith('ff') ? value.slice(0, 6) : value
  const wrong = typed !== null && parse(typed) === null
  return (
    <div className="flex items-center gap-2">
      <label htmlFor={id} className="flex-1 text-sm">
        {label}
      </label>
      <input
        type="color"
        aria-label={t('{label}, picked', { label })}
        value={`#${value.slice(0, 6)}`}
        onChange={({ target }) => onChange(`${target.value.slice(1)}ff`)}
        onBlur={onSettle}
        className="h-8 w-10 rounded-md border border-line bg-raised"
      />
      <input
        id={id}
        type="text"
        spellCheck={false}
        autoComplete="off"
        maxLength={64}
        aria-invalid={wrong}
        value={typed ?? `#${shown}`}
        onChange={({ target }) => {
          setTyped(target.value)
          const read = parse(target.value)
          if (read !== null) onChange(read)
        }}
        onBlur={() => {
          setTyped(null)
          onSettle()
        }}
        className={classes(
          'h-8 w-28 rounded-md border bg-raised px-2 font-mono text-base sm:text-xs',
          wrong ? 'border-danger' : 'border-line-strong/60',
        )}
      />
    </div>
  )
}
