import type { ReactNode, RefObject } from 'react'
import { partOf, usePart } from './part.ts'
import { PartFault } from './part-fault.tsx'

const frame = partOf(() => import('./sheet-frame.tsx'))
/** Fetches what sheets are made of, so that the first one opens at once, and without a network. */
export const fetchSheets = frame.fetch
/** What sheets are made of, for whoever has to know whether one opens at once. */
export const useSheets = (wanted: boolean) => usePart(frame, wanted)

export interface SheetProps {
  /** Spoken; what is shown the content says itself. */
  title: string
  onClose: () => void
  /** Its width, and where it stands. */
  className?: string
  /** What has the focus first, as it is: without this the first that can have it, and all of its text is selected. */
  first?: RefObject<HTMLElement | null>
  children: ReactNode
}

/** A dialog for anything but a question. */
export function Sheet(props: SheetProps) {
  const { part, failed } = usePart(frame, true)
  if (failed) return <PartFault onClose={props.onClose} />
  return part && <part.SheetFrame {...props} />
}
