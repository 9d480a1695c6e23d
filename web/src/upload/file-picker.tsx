import { type ReactNode, useRef, useState } from 'react'
import { t } from '../languages/translate.ts'
import { useAccount } from '../state/account-scope.tsx'
import type { ChosenFile } from '../state/upload.ts'
import { cameInFolders, filesOfFolderChoice } from './dropped-files.ts'
import { FolderQuestion } from './folder-question.tsx'

/** What the file dialog offers first. The service decides by content, so this is a convenience, not a check. */
const accepted = 'image/*,.heic,.heif,.avif,.zip'

/** Browsers of phones choose no folders. */
export const choosesFolders = 'webkitdirectory' in HTMLInputElement.prototype

/** Gives its child functions that open the system's dialog for files and the one for a folder. */
export function FilePicker({
  children,
}: {
  children: (open: () => void, openFolder: () => void) => ReactNode
}) {
  const { uploads } = useAccount()
  const input = useRef<HTMLInputElement>(null)
  const folder = useRef<HTMLInputElement>(null)
  const [asked, setAsked] = useState<readonly ChosenFile[] | null>(null)
  const take = (target: HTMLInputElement, files: readonly ChosenFile[]): void => {
    if (cameInFolders(files)) setAsked(files)
    else uploads.add(files)
    // So that the same can be chosen again.
    target.value = ''
  }
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
        onChange={({ target }) =>
          take(
            target,
            [...(target.files ?? [])].map((file) => ({ file, path: file.name })),
          )
        }
      />
      <input
        // React's types know no such attribute; the DOM's do
        ref={(element) => {
          folder.current = element
          if (element) element.webkitdirectory = true
        }}
        type="file"
        className="hidden"
        tabIndex={-1}
        aria-label={t('Choose a folder to upload')}
        onChange={({ target }) => take(target, filesOfFolderChoice(target.files ?? []))}
      />
      <FolderQuestion files={asked} onAnswered={() => setAsked(null)} />
      {children(
        () => input.current?.click(),
        () => folder.current?.click(),
      )}
    </>
  )
}
