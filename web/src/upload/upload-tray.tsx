import { lazy, Suspense } from 'react'
import { useUploads } from '../state/use-uploads.ts'

const importList = () => import('./upload-list.tsx')
const UploadList = lazy(importList)
/** Fetches what shows uploads, so that the first is seen at once. */
export const fetchUploadTray = importList

/** What is being uploaded, in a corner that stays put while one looks at other things. */
export function UploadTray() {
  const { list } = useUploads()
  if (list.length === 0) return null
  return (
    <Suspense>
      <UploadList />
    </Suspense>
  )
}
