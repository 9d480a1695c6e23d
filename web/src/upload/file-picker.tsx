import { type ReactNode, useRef } from 'react'
import { t } from '../languages/translate.ts'
import { useAccount } from '../state/account-scope.tsx'

/** What the file dialog offers first. The service decides by content, so this is a convenience, not a check. */
const accepted = 'image/*,.heic,.heif,.avif'

/** Gives its child a function that opens the system's file dialog. */
export function FilePicker({ children }: { children: (open: () => void) => ReactNode }) {
  const { uploads } = useAccount()
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        accept={accepted}
        className="hidden"
        tabIndex={-1}
        aria-label={t('Choose pictures to upload')}
        onChange={({ target }) => {
          uploads.add([...(target.files ?? [])])
          // So that the same file can be chosen again.
          target.value = ''
        }}
      />
      {children(() => input.current?.click())}
    </>
  )
}
