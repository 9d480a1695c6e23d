import { type ChangeEvent, type KeyboardEvent, useEffect, useId, useState } from 'react'
import { t } from '../languages/translate.ts'

interface EditableTextProps {
  label: string
  value: string
  placeholder?: string
  multiline?: boolean
  required?: boolean
  readOnly?: boolean
  maxLength: number
  /** Rejects when it was not saved. */
  onSave: (value: string) => Promise<unknown>
}

/**
 * Saved when one leaves it or presses Enter; Escape takes the change back. What could not be saved stays in the field,
 * which says so, and is never saved by itself later.
 */
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
  const [unsaved, setUnsaved] = useState(false)
  useEffect(() => {
    setText(value)
    setUnsaved(false)
  }, [value])

  const keep = (changed: string) => {
    setUnsaved(false)
    onSave(changed).catch(() => setUnsaved(true))
  }

  const save = () => {
    const trimmed = text.trim()
    if (required && trimmed === '') setText(value)
    else if (trimmed !== value) keep(trimmed)
    else setUnsaved(false)
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
        setText(value)
        setUnsaved(false)
      }
    },
    'data-draft': text === value ? undefined : '',
    'aria-invalid': unsaved,
    'aria-describedby': unsaved ? `${id}-unsaved` : undefined,
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
      {multiline ? <textarea dir="auto" rows={2} {...field} /> : <input dir="auto" {...field} />}
      {unsaved && (
        <p id={`${id}-unsaved`} className="mt-1.5 text-danger text-xs">
          {t('Not saved. Press Enter to try again, or Escape to take it back.')}
        </p>
      )}
    </div>
  )
}
