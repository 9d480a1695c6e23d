import { lazy, Suspense } from 'react'
import { useSelection } from '../state/use-selection.ts'

const importActions = () => import('./selection-actions.tsx')
const SelectionActions = lazy(importActions)
/** Fetches the bar of a selection, so that the first one has it at once. */
export const fetchSelectionBar = importActions

/** What is selected, and what can be done with it. Lies over the page's header: the lower corner belongs to the uploads. */
export function SelectionBar() {
  const { ids } = useSelection()
  if (ids.size === 0) return null
  return (
    <Suspense>
      <SelectionActions />
    </Suspense>
  )
}
