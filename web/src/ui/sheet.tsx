import type { ReactNode } from 'react'
import { partOf, usePart } from './part.ts'
import { PartFault } from './part-fault.tsx'

const frame = partOf(() => import('./sheet-frame.tsx'))
/** Fetches what sheets are made of, so that the first one opens at once, and without a network. */
export const fetchSheets = frame.fetch

export interface SheetProps {
  /** Spoken; what is shown the content says itself. */
  title: string
  onClose: () => void
  /** Its width, and where it stands. */
  className?: string
  children: ReactNode
}

/** A dialog for anything but a question. */
export function Sheet(props: SheetProps) {
  const { part, failed } = usePart(frame, true)
  if (failed) return <PartFault onClose={props.onClose} />
  return part && <part.SheetFrame {...props} />
}
