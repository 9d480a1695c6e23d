import {
  type ComponentProps,
  cloneElement,
  type KeyboardEvent,
  type PointerEvent,
  type ReactElement,
  type ReactNode,
  type RefObject,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react'
import { t } from '../languages/translate.ts'
import { partOf, usePart } from './part.ts'
import { PartFault } from './part-fault.tsx'

const parts = partOf(() => import('./menu-parts.tsx'))
/** Fetches what menus are made of, so that the first one opens at once. */
export const fetchMenus = parts.fetch

export interface OpenMenuProps {
  button: RefObject<HTMLButtonElement | null>
  labelledBy: string
  open: boolean
  onOpenChange: (open: boolean) => void
  children: ReactNode
}

interface MenuProps {
  /** The button. */
  trigger: ReactElement<ComponentProps<'button'>>
  children: ReactNode
}

/** A button's menu. The button is there from the start; what opens is fetched when the button is pointed at, or has the focus. */
export function Menu({ trigger, children }: MenuProps) {
  const [open, setOpen] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const id = useId()
  const { part, failed } = usePart(parts, open)
  const OpenMenu = part?.OpenMenu
  const [missing, setMissing] = useState(false)
  useEffect(() => {
    if (!failed) return
    // Closed, so that it does not open by itself when the part comes for another menu.
    setOpen(false)
    setMissing(true)
  }, [failed])
  const change = (to: boolean) => {
    setMissing(false)
    setOpen(to)
  }
  const fetch = () => void parts.fetch().catch(() => undefined)
  const onPointerDown = (event: PointerEvent) => {
    if (event.button !== 0 || event.ctrlKey) return
    // The button does not take the focus that the menu is about to have.
    if (!open) event.preventDefault()
    change(!open)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (!['Enter', ' ', 'ArrowDown'].includes(event.key)) return
    event.preventDefault()
    change(event.key === 'ArrowDown' || !open)
  }
  return (
    <>
      {cloneElement(trigger, {
        ref: button,
        id,
        'aria-haspopup': 'menu',
        'aria-expanded': open,
        onPointerEnter: fetch,
        onFocus: fetch,
        onPointerDown,
        onKeyDown,
      })}
      {missing && (
        <PartFault onClose={() => setMissing(false)}>
          {t('This menu could not be loaded. Look whether you are online, then open it again.')}
        </PartFault>
      )}
      {OpenMenu !== undefined && (
        <OpenMenu button={button} labelledBy={id} open={open} onOpenChange={change}>
          {children}
        </OpenMenu>
      )}
    </>
  )
}

export interface MenuItemProps {
  onSelect: () => void
  children: ReactNode
}

export function MenuItem(props: MenuItemProps) {
  const { MenuItem: Item } = parts.fetched()
  return <Item {...props} />
}

export interface MenuLinkProps {
  href: string
  children: ReactNode
}

export function MenuLink(props: MenuLinkProps) {
  const { MenuLink: Item } = parts.fetched()
  return <Item {...props} />
}

export function MenuLabel(props: { children: ReactNode }) {
  const { MenuLabel: Label } = parts.fetched()
  return <Label {...props} />
}

export function MenuLine() {
  const { MenuLine: Line } = parts.fetched()
  return <Line />
}

export interface MenuChoiceProps<T extends string> {
  label: string
  value: T
  onChoose: (value: T) => void
  options: readonly { value: T; label: string }[]
}

/** One of several, the chosen one ticked. */
export function MenuChoice<T extends string>(props: MenuChoiceProps<T>) {
  const { MenuChoice: Choice } = parts.fetched()
  return <Choice {...props} />
}
