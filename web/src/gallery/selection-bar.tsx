import { useSelection } from '../state/use-selection.ts'
import { partOf, usePart } from '../ui/part.ts'
import { PartFault } from '../ui/part-fault.tsx'

const actions = partOf(() => import('./selection-actions.tsx'))
/** Fetches the bar of a selection, so that the first one has it at once. */
export const fetchSelectionBar = actions.fetch

/** What is selected, and what can be done with it. Lies over the page's header: the lower corner belongs to the uploads. */
export function SelectionBar() {
  const { ids, selection } = useSelection()
  const { part, failed } = usePart(actions, ids.size > 0)
  if (ids.size === 0) return null
  if (part !== undefined) return <part.SelectionActions />
  return failed && <PartFault onClose={selection.clear} />
}
