import type { Folders } from '@rendition/contract'
import { plural, t } from '../languages/translate.ts'
import { useAccount } from '../state/account-scope.tsx'
import type { ChosenFile } from '../state/upload.ts'
import { AskDialog } from '../ui/ask-dialog.tsx'

interface FolderQuestionProps {
  /** What waits for an answer; null for nothing. */
  files: readonly ChosenFile[] | null
  onAnswered: () => void
}

/** What becomes of the folders that photos came in: asked before they are sent. */
export function FolderQuestion({ files, onAnswered }: FolderQuestionProps) {
  const { uploads } = useAccount()
  const send = (folders: Folders) => () => uploads.add(files ?? [], folders)
  const [first] = files ?? []
  const count = files?.length ?? 0
  return (
    <AskDialog
      open={files !== null}
      onOpenChange={(open) => {
        if (!open) onAnswered()
      }}
      title={plural(count, 'Keep its folder?', 'Keep the folders of {count} files?')}
      answers={[
        { name: t('Photos only'), onChoose: send('none') },
        { name: t('As tags'), onChoose: send('tags') },
        { name: t('As albums'), look: 'primary', onChoose: send('album') },
      ]}
    >
      {t(
        'Each folder, such as “{folder}”, can become an album with its path as the name, or a tag on its photos.',
        { folder: folderOf(first?.path ?? '') },
      )}
    </AskDialog>
  )
}

const folderOf = (path: string): string => path.split('/').slice(0, -1).join('/')
