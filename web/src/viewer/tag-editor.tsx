import { X } from 'lucide-react'
import { type KeyboardEvent, useId, useState } from 'react'

interface TagEditorProps {
  tags: readonly string[]
  onChange: (tags: string[]) => void
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
    if (tag !== '' && !tags.includes(tag)) onChange([...tags, tag])
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' || event.key === ',') {
      event.preventDefault()
      add()
    }
    if (event.key === 'Backspace' && text === '' && tags.length > 0) onChange(tags.slice(0, -1))
  }
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block font-medium text-muted text-xs">
        Tags
      </label>
      <div className="flex flex-wrap gap-1.5 rounded-lg border border-line-strong/60 bg-raised p-1.5 hover:border-line-strong">
        {tags.map((tag) => (
          <span key={tag} className="flex h-7 items-center rounded-md bg-sunken text-sm">
            <button
              type="button"
              title={`Show all photos tagged ${tag}`}
              onClick={() => onOpen(tag)}
              className="max-w-40 truncate pl-2 hover:underline"
            >
              {tag}
            </button>
            <button
              type="button"
              aria-label={`Remove tag ${tag}`}
              onClick={() => onChange(tags.filter((other) => other !== tag))}
              className="grid size-7 place-items-center text-muted hover:text-ink"
            >
              <X aria-hidden className="size-3.5" />
            </button>
          </span>
        ))}
        <input
          id={id}
          value={text}
          maxLength={64}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
          onBlur={add}
          placeholder={tags.length === 0 ? 'Add a tag' : ''}
          className="h-7 min-w-20 flex-1 bg-transparent px-1.5 text-base outline-none placeholder:text-muted sm:text-sm"
        />
      </div>
    </div>
  )
}
