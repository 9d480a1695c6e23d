import { type ReactNode, useRef, useState } from 'react'
import { t } from '../languages/translate.ts'
import { useAccount } from '../state/account-scope.tsx'
import type { ChosenFile } from '../state/upload.ts'
import { cameInFolders } from './dropped-files.ts'
import { FolderQuestion } from './folder-question.tsx'

/** What the file dialog offers first. The service decides by content, so this is a convenience, not a check. */
const accepted = 'image/*,.heic,.heif,.avif,.zip'

/** Gives its child a function that opens the system's file dialog. */
export function FilePicker({ children }: { children: (open: () => void) => ReactNode }) {
  const { uploads } = useAccount()
  const input = useRef<HTMLInputElement>(null)
  const [asked, setAsked] = useState<readonly ChosenFile[] | null>(null)
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
          const files = [...(target.files ?? [])].map((file) => ({ file, path: file.name }))
          if (cameInFolders(files)) setAsked(files)
          else uploads.add(files)
          // So that the same file can be chosen again.
          target.value = ''
        }}
      />
      <FolderQuestion files={asked} onAnswered={() => setAsked(null)} />
      {children(() => input.current?.click())}
    </>
  )
}
