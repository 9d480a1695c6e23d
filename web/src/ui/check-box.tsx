import { type ReactNode, useId } from 'react'

interface CheckBoxProps {
  checked: boolean
  onChange: (checked: boolean) => void
  label: ReactNode
  hint?: ReactNode
  disabled?: boolean
}

/** A box to tick; the whole line takes the click. */
export function CheckBox({ checked, onChange, label, hint, disabled = false }: CheckBoxProps) {
  const id = useId()
  return (
    <div className="flex items-start gap-3 py-1.5">
      <input
        id={id}
        type="checkbox"
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChange(event.target.checked)}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        className="mt-0.5 size-4 shrink-0 accent-accent"
      />
      <span className="min-w-0 flex-1 text-sm">
        <label htmlFor={id} className="block font-medium">
          {label}
        </label>
        {hint !== undefined && (
          <span id={`${id}-hint`} className="block text-[0.8125rem] text-muted">
            {hint}
          </span>
        )}
      </span>
    </div>
  )
}
