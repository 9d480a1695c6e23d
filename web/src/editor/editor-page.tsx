import { isProblem } from '@rendition/client'
import { X } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { useEffect, useRef } from 'react'
import { useLocation } from 'wouter'
import { t } from '../languages/translate.ts'
import { useMayChange } from '../state/account-scope.tsx'
import { explainError } from '../state/explain-error.ts'
import { formatFilter, useFilter } from '../state/filter.ts'
import { useHistory } from '../state/use-edit.ts'
import { useImage } from '../state/use-images.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Spinner } from '../ui/spinner.tsx'
import { Editor } from './editor.tsx'

/** The editor of one image, over the gallery, at an address of its own. */
export function EditorPage({ id }: { id: string }) {
  const [, navigate] = useLocation()
  const [filter] = useFilter()
  const { data: image, error, refetch } = useImage(id)
  const history = useHistory(image)
  const mayChange = useMayChange()
  const content = useRef<HTMLDivElement>(null)

  useEffect(() => {
    if (image !== undefined) document.title = `${t('Edit {name}', { name: image.originalName })} · Rendition`
  }, [image])

  const close = () =>
    navigate(`/photos/${id}${formatFilter(filter)}`, { replace: true, state: window.history.state })
  // What is there already stays, though asking for it again failed: the edit would go with it.
  const fault = image === undefined ? error : history.data === undefined ? history.error : null
  const missing = isProblem(fault, 'not_found')
  const why = !mayChange
    ? t('You may look at photos here, but not change them.')
    : image?.trashedAt
      ? t('This photo is in the trash. Restore it to edit it.')
      : missing
        ? t('This photo does not exist.')
        : fault
          ? explainError(fault)
          : null
  return (
    <Dialog.Root open onOpenChange={(open) => !open && close()}>
      <Dialog.Portal>
        <Dialog.Content
          ref={content}
          aria-describedby={undefined}
          onOpenAutoFocus={(event) => {
            event.preventDefault()
            content.current?.focus()
          }}
          onInteractOutside={(event) => event.preventDefault()}
          className="fixed inset-0 z-50 flex animate-appear flex-col bg-ground outline-none"
        >
          <Dialog.Title className="sr-only">
            {t('Edit {name}', { name: image?.originalName ?? t('Photo') })}
          </Dialog.Title>
          {why === null && image !== undefined && history.data !== undefined ? (
            <Editor image={image} history={history.data} onClose={close} />
          ) : (
            <>
              <div className="flex h-14 items-center px-2 sm:h-16 sm:px-4">
                <IconButton label={t('Close')} onClick={close}>
                  <X aria-hidden />
                </IconButton>
              </div>
              <div className="grid flex-1 place-content-center justify-items-center gap-3 p-6 text-center text-muted">
                {why === null ? (
                  <p className="flex items-center gap-2">
                    <Spinner /> {t('Opening…')}
                  </p>
                ) : (
                  <>
                    <p role="alert">{why}</p>
                    {fault !== null && mayChange && !missing && (
                      <Button
                        onClick={() => {
                          void refetch()
                          void history.refetch()
                        }}
                      >
                        {t('Try again')}
                      </Button>
                    )}
                  </>
                )}
              </div>
            </>
          )}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
