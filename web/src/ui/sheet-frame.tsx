import { Dialog } from 'radix-ui'
import { useState } from 'react'
import { classes } from './classes.ts'
import type { SheetProps } from './sheet.tsx'

/** A dialog for anything but a question. It comes up from below on a phone; afterwards the focus is where it was. */
export function SheetFrame({ title, onClose, className, first, children }: SheetProps) {
  // Before any of it is there: a field that takes the focus as it comes has it by the time the dialog could ask.
  const [opener] = useState(() => document.activeElement)
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-60 animate-appear bg-black/50" />
        <Dialog.Content
          aria-describedby={undefined}
          onOpenAutoFocus={(event) => {
            if (first === undefined) return
            event.preventDefault()
            first.current?.focus()
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault()
            if (opener instanceof HTMLElement) opener.focus()
          }}
          className={classes(
            'fixed inset-x-3 bottom-3 z-60 mx-auto flex max-h-[min(85dvh,46rem)] animate-rise flex-col overflow-hidden rounded-2xl border',
            'border-line bg-raised shadow-float outline-none sm:top-[12vh] sm:bottom-auto sm:max-h-[76vh]',
            className,
          )}
        >
          <Dialog.Title className="sr-only">{title}</Dialog.Title>
          {children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
