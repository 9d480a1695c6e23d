import { AlertDialog } from 'radix-ui'
import { useRef } from 'react'
import { t } from '../languages/translate.ts'
import type { AskDialogProps } from './ask-dialog.tsx'
import { Button } from './button.tsx'

/** The question itself. Cancel has the focus; afterwards, what had it before. */
export function AskFrame({ onOpenChange, title, children, answers }: Omit<AskDialogProps, 'open'>) {
  const opener = useRef<Element | null>(null)
  return (
    <AlertDialog.Root open onOpenChange={onOpenChange}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="fixed inset-0 z-60 animate-appear bg-black/50" />
        <AlertDialog.Content
          onOpenAutoFocus={() => {
            opener.current = document.activeElement
          }}
          // Radix returns it to a trigger, which this dialog has none of: a key may have opened it.
          onCloseAutoFocus={(event) => {
            event.preventDefault()
            if (opener.current instanceof HTMLElement) opener.current.focus()
          }}
          className="fixed inset-x-4 bottom-4 z-60 mx-auto max-w-md animate-rise rounded-2xl border border-line
            bg-raised p-6 shadow-float sm:top-1/2 sm:bottom-auto sm:-translate-y-1/2"
        >
          <AlertDialog.Title className="font-semibold text-lg tracking-tight">{title}</AlertDialog.Title>
          <AlertDialog.Description className="mt-2 text-muted text-sm leading-relaxed">
            {children}
          </AlertDialog.Description>
          <div className="mt-6 flex flex-wrap justify-end gap-2">
            <AlertDialog.Cancel asChild>
              <Button>{t('Cancel')}</Button>
            </AlertDialog.Cancel>
            {answers.map(({ name, look, onChoose }) => (
              <AlertDialog.Action key={name} asChild>
                <Button {...(look === undefined ? {} : { look })} onClick={onChoose}>
                  {name}
                </Button>
              </AlertDialog.Action>
            ))}
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
