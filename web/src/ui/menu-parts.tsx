import { Check } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { type ReactNode, type Ref, type RefObject, useImperativeHandle } from 'react'
import type { MenuChoiceProps, MenuItemProps, MenuLinkProps, OpenMenuProps } from './menu.tsx'

const item =
  'flex h-9 cursor-default select-none items-center gap-2.5 rounded-md px-2.5 text-sm outline-none ' +
  'data-highlighted:bg-ink/7 [&>svg]:size-4 [&>svg]:text-muted'

/** What opens, beside a button that was there before it. */
export function OpenMenu({ button, labelledBy, open, onOpenChange, children }: OpenMenuProps) {
  return (
    <DropdownMenu.Root modal={false} open={open} onOpenChange={onOpenChange}>
      <DropdownMenu.Trigger asChild>
        <Standing button={button} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={6}
          collisionPadding={8}
          aria-labelledby={labelledBy}
          // A phone on its side, or a window at 400 %, is lower than the longest: it scrolls in what there is.
          className="z-50 max-h-(--radix-dropdown-menu-content-available-height) min-w-52 animate-appear overflow-y-auto rounded-xl border border-line
            bg-raised p-1.5 text-ink shadow-float"
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

/** Stands for the button: the menu is placed by it, and gives the focus back to it. What it would hear the button hears itself. */
function Standing({ button, ref }: { button: RefObject<HTMLButtonElement | null>; ref?: Ref<unknown> }) {
  useImperativeHandle(ref, () => button.current)
  return null
}

export function MenuItem({ onSelect, children }: MenuItemProps) {
  return (
    <DropdownMenu.Item className={item} onSelect={onSelect}>
      {children}
    </DropdownMenu.Item>
  )
}

export function MenuLink({ href, children }: MenuLinkProps) {
  return (
    <DropdownMenu.Item asChild className={item}>
      <a href={href} target="_blank" rel="noreferrer">
        {children}
      </a>
    </DropdownMenu.Item>
  )
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return (
    <DropdownMenu.Label className="px-2.5 pt-1.5 pb-1 font-medium text-muted text-xs">
      {children}
    </DropdownMenu.Label>
  )
}

export function MenuLine() {
  return <DropdownMenu.Separator className="-mx-1.5 my-1.5 h-px bg-line" />
}

/** One of several, the chosen one ticked. */
export function MenuChoice<T extends string>({ label, value, onChoose, options }: MenuChoiceProps<T>) {
  return (
    <>
      <MenuLabel>{label}</MenuLabel>
      <DropdownMenu.RadioGroup value={value} onValueChange={(next) => onChoose(next as T)}>
        {options.map((option) => (
          <DropdownMenu.RadioItem key={option.value} value={option.value} className={item}>
            <span className="flex-1">{option.label}</span>
            <DropdownMenu.ItemIndicator>
              <Check aria-hidden className="size-4 text-accent" />
            </DropdownMenu.ItemIndicator>
          </DropdownMenu.RadioItem>
        ))}
      </DropdownMenu.RadioGroup>
    </>
  )
}
