import type { Share } from '@rendition/contract'
import { t } from '../languages/translate.ts'
import { useAlbums } from '../state/albums.ts'
import { explainError } from '../state/explain-error.ts'
import { useShares } from '../state/shares.ts'
import { Button } from '../ui/button.tsx'
import { PageFrame } from '../ui/page-frame.tsx'
import { Spinner } from '../ui/spinner.tsx'
import { ShareList } from './share-list.tsx'

/** All links of the account, to see what is open and to end it. */
export default function LinksPage() {
  const { shares, isPending, error, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useShares()
  const { data: albums } = useAlbums()
  const names = new Map(albums?.items.map(({ id, name }) => [id, name]))
  const nameOf = ({ title, type, albumId }: Share): string =>
    title ??
    names.get(albumId ?? '') ??
    { album: t('An album'), image: t('A photo'), selection: t('Photos') }[type]
  return (
    <PageFrame
      title={t('Shared links')}
      about={t(
        'Whoever has one of these links sees its photos, without an account, until it ends or you revoke it.',
      )}
    >
      {isPending && (
        <p className="flex items-center gap-3 text-muted" role="status">
          <Spinner /> {t('Loading')}
        </p>
      )}
      {error !== null && (
        <div role="alert" className="grid justify-items-start gap-3">
          <p>{explainError(error)}</p>
          <Button onClick={() => void refetch()}>{t('Try again')}</Button>
        </div>
      )}
      {!isPending && error === null && shares.length === 0 && (
        <p className="rounded-xl border border-line border-dashed px-6 py-12 text-center text-muted">
          {t('Nothing is shared. Open an album or select photos, and choose Share.')}
        </p>
      )}
      {shares.length > 0 && (
        <div className="rounded-2xl border border-line bg-raised px-4 py-1 sm:px-6">
          <ShareList shares={shares} nameOf={nameOf} />
        </div>
      )}
      {hasNextPage && (
        <Button
          className="justify-self-start"
          disabled={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
        >
          {t('Show more')}
        </Button>
      )}
    </PageFrame>
  )
}
