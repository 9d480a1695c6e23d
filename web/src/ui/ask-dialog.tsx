import { lazy, type ReactNode, Suspense } from 'react'

const importFrame = () => import('./ask-frame.tsx')
const Frame = lazy(importFrame)
/** Fetches what questions are made of, so that the first one is asked at once, and without a network. */
export const fetchQuestions = importFrame

export interface Answer {
  /** The verb on the button. */
  name: string
  look?: 'danger' | 'primary'
  onChoose: () => void
}

export interface AskDialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  children: ReactNode
  /** Beside Cancel; the last is what most want. */
  answers: readonly Answer[]
}

/** Asks before something is done. */
export function AskDialog({ open, ...question }: AskDialogProps) {
  if (!open) return null
  return (
    <Suspense>
      <Frame {...question} />
    </Suspense>
  )
}
