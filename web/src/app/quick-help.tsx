import { Command, Keyboard } from 'lucide-react'
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { t } from '../languages/translate.ts'
import { isTyping } from '../ui/is-typing.ts'
import { partOf, usePart } from '../ui/part.ts'
import { PartFault } from '../ui/part-fault.tsx'
import { ErrorBoundary } from './error-boundary.tsx'
import { mainKey, nameOfKey } from './key-names.ts'

const palette = partOf(() => import('./palette.tsx'))
const keysHelp = partOf(() => import('./keys-help.tsx'))

type Open = 'palette' | 'keys' | null
const askFor = 'rendition:quick-help'

/** Opens the palette, or the list of keys, from anywhere. */
const openQuickHelp = (what: Open): boolean => window.dispatchEvent(new CustomEvent(askFor, { detail: what }))

/** The palette (Ctrl or Cmd and K) and the list of keys (?), neither loaded before it is wanted. */
export function QuickHelp() {
  const [open, setOpen] = useState<Open>(null)
  const close = useCallback(() => setOpen(null), [])
  const showKeys = useCallback(() => setOpen('keys'), [])
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const { target, key } = event
      if (event.defaultPrevented || event.altKey) return
      if (key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey) && !event.shiftKey) {
        event.preventDefault()
        setOpen((before) => (before === 'palette' ? null : 'palette'))
        return
      }
      const inMenu = target instanceof Element && target.closest('[role="menu"]') !== null
      if (key !== '?' || inMenu || isTyping(target) || event.ctrlKey || event.metaKey) return
      event.preventDefault()
      setOpen('keys')
    }
    const onAsked = (event: Event) => setOpen((event as CustomEvent<Open>).detail)
    window.addEventListener('keydown', onKeyDown)
    window.addEventListener(askFor, onAsked)
    return () => {
      window.removeEventListener('keydown', onKeyDown)
      window.removeEventListener(askFor, onAsked)
    }
  }, [])
  const commands = usePart(palette, open === 'palette')
  const typed = useTyped(open === 'palette' && commands.part === undefined && !commands.failed, close)
  const keys = usePart(keysHelp, open === 'keys')
  if (open === null) return null
  if (commands.failed || keys.failed) return <PartFault onClose={close} />
  return (
    <ErrorBoundary shape="line" onClose={close}>
      {open === 'palette' && commands.part !== undefined && (
        <commands.part.Palette typed={typed.current} onClose={close} onKeys={showKeys} />
      )}
      {open === 'keys' && keys.part !== undefined && <keys.part.KeysHelp onClose={close} />}
    </ErrorBoundary>
  )
}

/** What is typed while the palette is fetched: it is for the palette, not for the page, which has keys of its own. */
function useTyped(isWaiting: boolean, close: () => void) {
  const typed = useRef('')
  // Ends with the very drawing that shows the palette: no letter is lost between the two.
  useLayoutEffect(() => {
    if (!isWaiting) return
    typed.current = ''
    const onKeyDown = (event: KeyboardEvent) => {
      const { key } = event
      if (event.ctrlKey || event.metaKey || event.altKey) return
      if (key === 'Escape') close()
      else if (key === 'Backspace') typed.current = typed.current.slice(0, -1)
      else if ([...key].length === 1) typed.current += key
      event.preventDefault()
      event.stopPropagation()
    }
    window.addEventListener('keydown', onKeyDown, { capture: true })
    return () => window.removeEventListener('keydown', onKeyDown, { capture: true })
  }, [isWaiting, close])
  return typed
}

/** Says that there are such things, where there is room for it. */
export function QuickHelpButtons() {
  const look =
    'flex h-9 w-full items-center gap-3 rounded-lg px-3 text-muted text-sm transition-colors hover:bg-ink/6 hover:text-ink [&>svg]:size-4'
  return (
    <div className="mt-auto hidden gap-0.5 px-3 pt-4 xl:grid">
      <button type="button" className={look} onClick={() => openQuickHelp('palette')}>
        <Command aria-hidden /> {t('Commands')} <kbd className="kbd ms-auto">{nameOfKey(mainKey)} K</kbd>
      </button>
      <button type="button" className={look} onClick={() => openQuickHelp('keys')}>
        <Keyboard aria-hidden /> {t('Keys')} <kbd className="kbd ms-auto">?</kbd>
      </button>
    </div>
  )
}
