import { lazy, Suspense, useEffect, useRef } from 'react'
import { announce, forgetNotices, useAnnouncement, useIsNoticeWaiting } from '../state/notices.ts'

const importToasts = () => import('./toasts.tsx')
const Toasts = lazy(importToasts)
/** Fetches what notices are shown by: the first may say that there is no network. */
export const fetchToasts = importToasts

/** Everything that is said beside the page, to be seen and to be heard. Mounted once and always. */
export function Notices() {
  const waiting = useIsNoticeWaiting()
  const shown = useRef(false)
  if (waiting) shown.current = true
  return (
    <>
      {/* A live region that appears with its text is not read out. */}
      <div role="status" aria-live="polite" className="sr-only">
        {useAnnouncement()}
      </div>
      {shown.current && (
        <Suspense>
          <Toasts />
        </Suspense>
      )}
    </>
  )
}

/** What was said to an account goes when the account does. */
export function useOwnNotices(): void {
  useEffect(
    () => () => {
      forgetNotices()
      announce('')
    },
    [],
  )
}
