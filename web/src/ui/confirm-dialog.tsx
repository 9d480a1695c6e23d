import { lazy, type ReactNode, Suspense } from 'react'

const importFrame = () => import('./confirm-frame.tsx')
const Frame = lazy(importFrame)
/** Fetches what questions are made of, so that the first one is asked at once, and without a network. */
export const fetchQuestions = importFrame

export interface ConfirmDialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  /** What will be lost, or seen. */
  children: ReactNode
  /** The verb on the button. */
  action: string
  look?: 'danger' | 'primary'
  onConfirm: () => void
}

/** Asks before something that cannot be taken back. */
export function ConfirmDialog({ open, ...question }: ConfirmDialogProps) {
  if (!open) return null
  return (
    <Suspense>
      <Frame {...question} />
    </Suspense>
  )
}
