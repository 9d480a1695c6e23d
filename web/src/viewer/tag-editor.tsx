import { X } from 'lucide-react'
import { type KeyboardEvent, useId, useState } from 'react'
import { t } from '../languages/translate.ts'
import { classes } from '../ui/classes.ts'

interface TagEditorProps {
  tags: readonly string[]
  /** Rejects when the tags were not saved; null where nothing may be changed. */
  onChange: ((tags: string[]) => Promise<unknown>) | null
  /** Shows everything with this tag. */
  onOpen: (tag: string) => void
}

/** Enter or a comma adds a tag; Backspace in the empty field takes the last one off. */
export function TagEditor({ tags, onChange, onOpen }: TagEditorProps) {
  const id = useId()
  const [text, setText] = useState('')

  const add = () => {
    const tag = text.trim()
    setText('')
    // One that was not taken is in the field again, unless another is being typed.
    if (onChange !== null && tag !== '' && !tags.includes(tag)) {
      onChange([...tags, tag]).catch(() => setText((typed) => (typed === '' ? tag : typed)))
    }
  }
  // What was not taken off is still shown.
  const remove = (left: string[]) => void onChange?.(left).catch(() => undefined)
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' || event.key === ',') {
      event.preventDefault()
      add()
    }
    // What was typed goes, and not the viewer with it.
    if (event.key === 'Escape') setText('')
    if (event.key === 'Backspace' && text === '' && tags.length > 0) remove(tags.slice(0, -1))
  }
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block font-medium text-muted text-xs">
        {t('Tags')}
      </label>
      <div className="flex flex-wrap gap-1.5 rounded-lg border border-line-strong/60 bg-raised p-1.5 hover:border-line-strong">
        {tags.map((tag) => (
          <span key={tag} className="flex h-7 items-center rounded-md bg-sunken text-sm">
            <button
              type="button"
              title={t('Show all photos tagged {tag}', { tag })}
              onClick={() => onOpen(tag)}
              className={classes('max-w-40 truncate ps-2 hover:underline', onChange === null && 'pe-2')}
            >
              {tag}
            </button>
            {onChange !== null && (
              <button
                type="button"
                aria-label={t('Remove tag {tag}', { tag })}
                onClick={() => remove(tags.filter((other) => other !== tag))}
                className="grid size-7 place-items-center text-muted hover:text-ink"
              >
                <X aria-hidden className="size-3.5" />
              </button>
            )}
          </span>
        ))}
        <input
          id={id}
          dir="auto"
          value={text}
          maxLength={64}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
          onBlur={add}
          data-draft={text === '' ? undefined : ''}
          readOnly={onChange === null}
          placeholder={tags.length === 0 && onChange !== null ? t('Add a tag') : ''}
          className="h-7 min-w-20 flex-1 bg-transparent px-1.5 text-base outline-none placeholder:text-muted sm:text-sm"
        />
      </div>
    </div>
  )
}
