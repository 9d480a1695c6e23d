import {
  type ComponentProps,
  cloneElement,
  type KeyboardEvent,
  type PointerEvent,
  type ReactElement,
  type ReactNode,
  type RefObject,
  useId,
  useRef,
  useState,
} from 'react'
import { partOf, usePart } from './part.ts'

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
  const fetch = () => void parts.fetch().catch(() => undefined)
  const onPointerDown = (event: PointerEvent) => {
    if (event.button !== 0 || event.ctrlKey) return
    // The button does not take the focus that the menu is about to have.
    if (!open) event.preventDefault()
    setOpen(!open)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (!['Enter', ' ', 'ArrowDown'].includes(event.key)) return
    event.preventDefault()
    setOpen(event.key === 'ArrowDown' || !open)
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
      {failed && (
        <p
          role="alert"
          className="fixed inset-x-4 top-4 z-60 mx-auto w-fit rounded-xl border border-line bg-raised px-4 py-3 text-ink text-sm shadow-float"
        >
          This menu could not be loaded. Look whether you are online, then open it again.
        </p>
      )}
      {OpenMenu !== undefined && (
        <OpenMenu button={button} labelledBy={id} open={open} onOpenChange={setOpen}>
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
