import type { ReactNode } from 'react'
import { AskDialog } from './ask-dialog.tsx'

interface ConfirmDialogProps {
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
export const ConfirmDialog = ({ action, look = 'danger', onConfirm, ...rest }: ConfirmDialogProps) => (
  <AskDialog {...rest} answers={[{ name: action, look, onChoose: onConfirm }]} />
)
