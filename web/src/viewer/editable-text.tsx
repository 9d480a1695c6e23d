import { type ChangeEvent, type KeyboardEvent, useEffect, useId, useState } from 'react'

interface EditableTextProps {
  label: string
  value: string
  placeholder?: string
  multiline?: boolean
  required?: boolean
  maxLength: number
  onSave: (value: string) => void
}

/** Saved when one leaves it or presses Enter; Escape takes the change back. */
export function EditableText({
  label,
  value,
  multiline = false,
  required = false,
  onSave,
  ...rest
}: EditableTextProps) {
  const id = useId()
  const [text, setText] = useState(value)
  useEffect(() => setText(value), [value])

  const save = () => {
    const trimmed = text.trim()
    if (required && trimmed === '') setText(value)
    else if (trimmed !== value) onSave(trimmed)
  }
  const field = {
    id,
    value: text,
    onChange: (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => setText(event.target.value),
    onBlur: save,
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
      if (event.key === 'Enter' && !event.shiftKey) {
        event.preventDefault()
        event.currentTarget.blur()
      }
      if (event.key === 'Escape' && text !== value) {
        event.stopPropagation()
        setText(value)
      }
    },
    className:
      'w-full rounded-lg border border-line-strong/60 bg-raised px-3 py-2 text-base transition-colors ' +
      'placeholder:text-muted hover:border-line-strong sm:text-sm',
    ...rest,
  }
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block font-medium text-muted text-xs">
        {label}
      </label>
      {multiline ? <textarea rows={2} {...field} /> : <input {...field} />}
    </div>
  )
}
