import { lazy, type ReactNode, Suspense } from 'react'

const importFrame = () => import('./sheet-frame.tsx')
const Frame = lazy(importFrame)
/** Fetches what sheets are made of, so that the first one opens at once, and without a network. */
export const fetchSheets = importFrame

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
  return (
    <Suspense>
      <Frame {...props} />
    </Suspense>
  )
}
