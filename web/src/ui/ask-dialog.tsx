import type { ReactNode } from 'react'
import { partOf, usePart } from './part.ts'
import { PartFault } from './part-fault.tsx'

const frame = partOf(() => import('./ask-frame.tsx'))
/** Fetches what questions are made of, so that the first one is asked at once, and without a network. */
export const fetchQuestions = frame.fetch

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
  const { part, failed } = usePart(frame, open)
  if (!open) return null
  if (failed) return <PartFault onClose={() => question.onOpenChange(false)} />
  return part && <part.AskFrame {...question} />
}
