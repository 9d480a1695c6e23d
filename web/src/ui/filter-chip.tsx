import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { t } from '../languages/translate.ts'

interface FilterChipProps {
  text: string
  /** Before it. */
  icon?: ReactNode
  onRemove: () => void
}

/** What narrows a list down, with a way out. */
export function FilterChip({ text, icon, onRemove }: FilterChipProps) {
  return (
    <button
      type="button"
      aria-label={t('Remove filter {text}', { text })}
      onClick={onRemove}
      className="flex min-h-8 max-w-full items-center gap-1.5 rounded-full border border-line bg-raised pe-2 ps-3 text-start text-sm
        hover:border-line-strong"
    >
      {icon}
      <bdi className="min-w-0 break-words">{text}</bdi>
      <X aria-hidden className="size-3.5 shrink-0 text-muted" />
    </button>
  )
}
