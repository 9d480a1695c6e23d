import { Toaster, toast } from 'sonner'
import { t } from '../languages/translate.ts'
import { type Notice, useNotices } from '../state/notices.ts'
import { useTheme } from './theme.ts'

function show({ kind, text, forMs, action }: Notice): void {
  const options = {
    ...(forMs === undefined ? {} : { duration: forMs }),
    ...(action === undefined ? {} : { action: { label: action.label, onClick: action.run } }),
  }
  if (kind === 'done') toast.success(text, options)
  else toast.error(text, options)
}

const hide = () => void toast.dismiss()

/** What is said beside the page, to be seen. */
export function Toasts() {
  useNotices(show, hide)
  return (
    // Over an open dialog the rest of the page takes no clicks; what can be done about a message does.
    <Toaster
      theme={useTheme()}
      containerAriaLabel={t('Notices')}
      position="bottom-center"
      mobileOffset={{ bottom: 'calc(var(--bar) + env(safe-area-inset-bottom) + 0.75rem)' }}
      toastOptions={{ style: { pointerEvents: 'auto' } }}
    />
  )
}
