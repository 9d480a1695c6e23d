import { Command, Keyboard } from 'lucide-react'
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { t } from '../languages/translate.ts'
import { isTyping } from '../ui/is-typing.ts'
import { partOf, usePart } from '../ui/part.ts'
import { PartFault } from '../ui/part-fault.tsx'
import { useSheets } from '../ui/sheet.tsx'
import { ErrorBoundary } from './error-boundary.tsx'
import { mainKey, nameOfKey } from './key-names.ts'
import type { Typed } from './palette.tsx'

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
  const wantsPalette = open === 'palette'
  const commands = usePart(palette, wantsPalette)
  const sheets = useSheets(wantsPalette)
  const failed = commands.failed || sheets.failed
  const isWaiting = wantsPalette && !failed && (commands.part === undefined || sheets.part === undefined)
  const typed = useTyped(isWaiting, close)
  const keys = usePart(keysHelp, open === 'keys')
  if (open === null) return null
  if (failed || keys.failed) return <PartFault onClose={close} />
  return (
    <ErrorBoundary shape="line" onClose={close}>
      {isWaiting && <Cover onPress={close} />}
      {wantsPalette && !isWaiting && commands.part !== undefined && (
        <commands.part.Palette typed={typed.current} onClose={close} onKeys={showKeys} />
      )}
      {open === 'keys' && keys.part !== undefined && <keys.part.KeysHelp onClose={close} />}
    </ErrorBoundary>
  )
}

/** What is typed while the palette is fetched: it is for the palette, not for the page, which has keys of its own. */
function useTyped(isWaiting: boolean, close: () => void): RefObject<Typed> {
  const typed = useRef<Typed>({ text: '', entered: false })
  // Ends with the very drawing that shows the palette: no letter is lost between the two.
  useLayoutEffect(() => {
    typed.current = { text: '', entered: false }
    if (!isWaiting) return
    const onKeyDown = (event: KeyboardEvent) => {
      const { key } = event
      const { text, entered } = typed.current
      // F5, too, is the browser's.
      if (event.ctrlKey || event.metaKey || event.altKey || /^F\d/.test(key)) return
      if (key === 'Escape') close()
      else if (key === 'Enter') typed.current = { text, entered: true }
      else if (!entered && key === 'Backspace') typed.current = { text: text.slice(0, -1), entered }
      else if (!entered && [...key].length === 1) typed.current = { text: text + key, entered }
      event.preventDefault()
      event.stopPropagation()
    }
    window.addEventListener('keydown', onKeyDown, { capture: true })
    return () => window.removeEventListener('keydown', onKeyDown, { capture: true })
  }, [isWaiting, close])
  return typed
}

/** Over the page while the palette is fetched: a click is one beside the palette, and not one on what lies under it. */
function Cover({ onPress }: { onPress: () => void }) {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape does the same
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape does the same
    <div
      // The focus stays where it will be wanted again.
      onMouseDown={(event) => event.preventDefault()}
      onClick={onPress}
      className="pointer-events-auto fixed inset-0 z-60"
    />
  )
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
