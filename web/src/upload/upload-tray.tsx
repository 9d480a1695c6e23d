import { useState } from 'react'
import { t } from '../languages/translate.ts'
import { useUploads } from '../state/use-uploads.ts'
import { partOf, usePart } from '../ui/part.ts'
import { PartFault } from '../ui/part-fault.tsx'

const tray = partOf(() => import('./upload-list.tsx'))
/** Fetches what shows uploads, so that the first is seen at once. */
export const fetchUploadTray = tray.fetch

/** What is being uploaded, in a corner that stays put while one looks at other things. */
export function UploadTray() {
  const { list } = useUploads()
  const last = list.at(-1)?.key
  const { part, failed } = usePart(tray, last)
  const [closedAt, setClosedAt] = useState<number>()
  if (last === undefined) return null
  if (part !== undefined) return <part.UploadList />
  return (
    failed &&
    closedAt !== last && (
      <PartFault onClose={() => setClosedAt(last)}>
        {t('The list of uploads could not be loaded. What you chose is uploaded all the same.')}
      </PartFault>
    )
  )
}
