import { Tag } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { t } from '../languages/translate.ts'
import { useTagsBeginning } from '../state/facets.ts'
import { Button } from '../ui/button.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { TextField } from '../ui/text-field.tsx'

interface TagDialogProps {
  title: string
  action: string
  /** The tags there are to choose from; null for all of the account. */
  offered: readonly string[] | null
  onTag: (tag: string) => void
  onClose: () => void
}

const mostOffered = 12

/** Asks for one tag: a new one, or one of those that begin as what is typed. */
export function TagDialog({ title, action, offered, onTag, onClose }: TagDialogProps) {
  const [text, setText] = useState('')
  const tag = text.trim()
  const used = useTagsBeginning(tag, offered === null)
  const begins = offered?.filter((one) => one.toLowerCase().startsWith(tag.toLowerCase())) ?? used
  const choose = (chosen: string) => {
    onClose()
    onTag(chosen)
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (tag !== '') choose(tag)
  }
  return (
    <Sheet title={title} onClose={onClose} className="max-w-md">
      <form onSubmit={submit} className="grid gap-4 overflow-y-auto p-6">
        <h2 className="font-semibold text-lg tracking-tight">{title}</h2>
        <TextField
          label={t('Tag')}
          autoFocus
          autoComplete="off"
          value={text}
          maxLength={64}
          onChange={(event) => setText(event.target.value)}
        />
        {begins.length > 0 && (
          <ul className="flex flex-wrap gap-1.5" aria-label={t('Tags in use')}>
            {begins.slice(0, mostOffered).map((one) => (
              <li key={one}>
                <button
                  type="button"
                  onClick={() => choose(one)}
                  className="flex h-8 max-w-56 items-center gap-1.5 rounded-full border border-line px-3 text-sm hover:border-line-strong"
                >
                  <Tag aria-hidden className="size-3.5 shrink-0 text-muted" />
                  <span className="truncate">{one}</span>
                </button>
              </li>
            ))}
          </ul>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('Cancel')}</Button>
          <Button type="submit" look="primary" disabled={tag === ''}>
            {action}
          </Button>
        </div>
      </form>
    </Sheet>
  )
}
