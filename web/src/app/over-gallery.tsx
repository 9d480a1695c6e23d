import { useLocation } from 'wouter'
import { focusTile } from '../gallery/move-focus.ts'
import { formatFilter, useFilter } from '../state/filter.ts'
import { partOf, usePart } from '../ui/part.ts'
import { PartFault } from '../ui/part-fault.tsx'
import { ErrorBoundary } from './error-boundary.tsx'

const viewer = partOf(() => import('../viewer/viewer.tsx'))
const editor = partOf(() => import('../editor/editor-page.tsx'))
/** Fetches what shows a photo, so that the first click does not wait. */
export const fetchViewer = viewer.fetch

interface OverGalleryProps {
  openId: string | null
  editedId: string | null
}

/** A photo, or its editor, over the gallery. Where that does not come the gallery is there all the same. */
export function OverGallery({ openId, editedId }: OverGalleryProps) {
  const [, navigate] = useLocation()
  const [filter] = useFilter()
  const { part: viewing, failed: noViewer } = usePart(viewer, openId ?? undefined)
  const { part: editing, failed: noEditor } = usePart(editor, editedId ?? undefined)
  const close = () => navigate(`/${formatFilter(filter)}`)
  return (
    <>
      {openId !== null && viewing !== undefined && (
        <ErrorBoundary shape="line" of={openId} onClose={close}>
          <viewing.Viewer id={openId} onClosed={focusTile} />
        </ErrorBoundary>
      )}
      {editedId !== null && editing !== undefined && (
        <ErrorBoundary shape="line" of={editedId} onClose={close}>
          <editing.EditorPage key={editedId} id={editedId} />
        </ErrorBoundary>
      )}
      {((noViewer && viewing === undefined) || (noEditor && editing === undefined)) && (
        <PartFault onClose={close} />
      )}
    </>
  )
}
