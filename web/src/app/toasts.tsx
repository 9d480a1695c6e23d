import type { CSSProperties, FocusEvent } from 'react'
import { Toaster, toast } from 'sonner'
import { t } from '../languages/translate.ts'
import { type Notice, useNotices } from '../state/notices.ts'
import { useTheme } from './theme.ts'

/** What had the focus before a notice did: it has it again once the notice's action is done, and the notice with it. */
let before: HTMLElement | null = null

function show({ kind, text, forMs, action, until }: Notice): void {
  const run = () => {
    before?.focus({ preventScroll: true })
    action?.run()
  }
  const options = {
    ...(forMs === undefined ? {} : { duration: forMs }),
    ...(action === undefined ? {} : { action: { label: action.label, onClick: run } }),
  }
  const id = kind === 'done' ? toast.success(text, options) : toast.error(text, options)
  until?.addEventListener('abort', () => toast.dismiss(id), { once: true })
}

/** Its own dark is black, on which nothing else of the page lies. */
const colours = {
  '--normal-bg': 'var(--raised)',
  '--normal-border': 'var(--line)',
  '--normal-text': 'var(--ink)',
} as CSSProperties

const hide = () => void toast.dismiss()

/**
 * Not heard by the list of notices, which gives the focus back whenever it leaves: from the last photo the Tab key came to a
 * notice and from there to that photo again, for as long as there was one.
 */
function onFocus(event: FocusEvent<HTMLElement>): void {
  event.stopPropagation()
  const { relatedTarget, currentTarget } = event
  if (relatedTarget instanceof HTMLElement && !currentTarget.contains(relatedTarget)) before = relatedTarget
}

/** What is said beside the page, to be seen. */
export function Toasts() {
  useNotices(show, hide)
  return (
    // Over an open dialog the rest of the page takes no clicks; what can be done about a message does.
    <div className="contents" onFocusCapture={onFocus}>
      <Toaster
        theme={useTheme()}
        style={colours}
        containerAriaLabel={t('Notices')}
        position="bottom-center"
        mobileOffset={{ bottom: 'calc(var(--bar) + env(safe-area-inset-bottom) + 0.75rem)' }}
        // More than three at once wait unseen under the pointer that looks through them, and took its clicks.
        toastOptions={{ className: 'pointer-events-auto! data-[visible=false]:pointer-events-none!' }}
      />
    </div>
  )
}
