import { type ReactNode, useId } from 'react'

interface ChoiceProps {
  checked: boolean
  onChange: (checked: boolean) => void
  label: string
  /** What it means. */
  children: ReactNode
}

/** A switch with a line of explanation. */
export function Choice({ checked, onChange, label, children }: ChoiceProps) {
  const id = useId()
  return (
    <div className="flex items-start gap-3 py-1.5">
      <input
        id={id}
        type="checkbox"
        checked={checked}
        aria-describedby={`${id}-note`}
        onChange={(event) => onChange(event.target.checked)}
        className="relative mt-0.5 h-6 w-10 shrink-0 cursor-pointer appearance-none rounded-full bg-line-strong transition-colors
          before:absolute before:top-1 before:start-1 before:size-4 before:rounded-full before:bg-raised
          before:transition-transform checked:bg-accent checked:before:translate-x-4 rtl:checked:before:-translate-x-4"
      />
      <div className="min-w-0">
        <label htmlFor={id} className="block font-medium text-sm">
          {label}
        </label>
        <p id={`${id}-note`} className="text-[0.8125rem] text-muted">
          {children}
        </p>
      </div>
    </div>
  )
}
