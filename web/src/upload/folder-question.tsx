import type { Folders } from '@rendition/contract'
import { plural, t } from '../languages/translate.ts'
import { useAccount } from '../state/account-scope.tsx'
import { type ChosenFile, isArchive } from '../state/upload.ts'
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
  const isOneArchive = count === 1 && first !== undefined && isArchive(first.file)
  const folder = (files ?? []).map(({ path }) => folderOf(path)).find((path) => path !== '') ?? ''
  return (
    <AskDialog
      open={files !== null}
      onOpenChange={(open) => {
        if (!open) onAnswered()
      }}
      title={
        isOneArchive
          ? t('Keep the folders in the archive?')
          : plural(count, 'Keep its folder?', 'Keep the folders of {count} files?')
      }
      answers={[
        { name: t('Photos only'), onChoose: send('none') },
        { name: t('As tags'), onChoose: send('tags') },
        { name: t('As albums'), look: 'primary', onChoose: send('album') },
      ]}
    >
      {folder === ''
        ? t('Each folder can become an album with its path as the name, or a tag on its photos.')
        : t(
            'Each folder, such as “{folder}”, can become an album with its path as the name, or a tag on its photos.',
            { folder },
          )}
    </AskDialog>
  )
}

const folderOf = (path: string): string => path.split('/').slice(0, -1).join('/')
