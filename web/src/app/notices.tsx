import { useEffect } from 'react'
import {
  announce,
  forgetNotices,
  sayPlainly,
  useAnnouncement,
  usePlainNotice,
  useWaitingNotice,
} from '../state/notices.ts'
import { Button } from '../ui/button.tsx'
import { partOf, usePart } from '../ui/part.ts'
import { PartFault } from '../ui/part-fault.tsx'

const toasts = partOf(() => import('./toasts.tsx'))
/** Fetches what notices are shown by: the first may say that there is no network. */
export const fetchToasts = toasts.fetch

/** Everything that is said beside the page, to be seen and to be heard. Mounted once and always. */
export function Notices() {
  const waiting = useWaitingNotice()
  const { part, failed } = usePart(toasts, waiting)
  useEffect(() => {
    if (failed) sayPlainly()
  }, [failed])
  return (
    <>
      {/* A live region that appears with its text is not read out: both stand here as soon as they can. */}
      <div role="status" aria-live="polite" className="sr-only">
        {useAnnouncement()}
      </div>
      {part === undefined ? <Plain /> : <part.Toasts />}
    </>
  )
}

/** What was said last, in words alone. */
function Plain() {
  const notice = usePlainNotice()
  if (notice === null) return null
  const { text, action } = notice
  const act = () => {
    forgetNotices()
    action?.run()
  }
  return (
    <PartFault
      onClose={forgetNotices}
      {...(action !== undefined && { action: <Button onClick={act}>{action.label}</Button> })}
    >
      {text}
    </PartFault>
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
