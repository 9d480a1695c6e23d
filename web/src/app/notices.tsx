import { useEffect } from 'react'
import { Toaster, toast } from 'sonner'
import { announce, type Notice, useAnnouncement, useNotices } from '../state/notices.ts'
import { useTheme } from './theme.ts'

function show({ kind, text, forMs, action }: Notice): void {
  const options = {
    ...(forMs === undefined ? {} : { duration: forMs }),
    ...(action === undefined ? {} : { action: { label: action.label, onClick: action.run } }),
  }
  if (kind === 'done') toast.success(text, options)
  else toast.error(text, options)
}

/** Everything that is said beside the page, to be seen and to be heard. Mounted once and always. */
export function Notices() {
  useNotices(show)
  return (
    <>
      {/* A live region that appears with its text is not read out. */}
      <div role="status" aria-live="polite" className="sr-only">
        {useAnnouncement()}
      </div>
      {/* Over an open dialog the rest of the page takes no clicks; what can be done about a message does. */}
      <Toaster
        theme={useTheme()}
        position="bottom-center"
        mobileOffset={{ bottom: 'calc(var(--bar) + env(safe-area-inset-bottom) + 0.75rem)' }}
        toastOptions={{ style: { pointerEvents: 'auto' } }}
      />
    </>
  )
}

/** What was said to an account goes when the account does. */
export function useOwnNotices(): void {
  useEffect(
    () => () => {
      toast.dismiss()
      announce('')
    },
    [],
  )
}
