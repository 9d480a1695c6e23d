import { formatTime } from '../../format.ts'
import { t } from '../../languages/translate.ts'
import { usePageTitle } from '../../page-title.ts'
import { useLinkToken } from '../../state/account-links.ts'
import { explainError } from '../../state/explain-error.ts'
import { useClaimedReceipt } from '../../state/use-receipts.ts'
import { Logo } from '../../ui/logo.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import { ShownOnce } from '../code.tsx'
import { SaveReceipt } from './save-receipt.tsx'

/** The receipt of an account that is gone: for whoever has its link, without signing in. */
export default function ReceiptPage() {
  const token = useLinkToken()
  const { data, error } = useClaimedReceipt(token)
  usePageTitle(t('Receipt'))
  // Nothing is said to be erased by an address that does not tell what.
  const { title, intro } =
    token === ''
      ? {
          title: t('The link is not whole'),
          intro: t('Copy all of it, to its end. Loaded again, this page does not know it any more.'),
        }
      : error !== null && data === undefined
        ? { title: t('Receipt'), intro: null }
        : {
            title: t('The account is erased'),
            intro: t(
              'A signed receipt says what was destroyed. It is made when everything is gone, which takes a minute or more.',
            ),
          }
  return (
    <main className="mx-auto flex min-h-dvh max-w-md flex-col justify-center gap-6 px-6 pt-10 pb-[18vh]">
      <p className="flex items-center gap-2.5 font-semibold tracking-tight">
        <Logo className="size-5" /> Rendition
      </p>
      <div>
        <h1 className="font-semibold text-3xl tracking-[-0.02em]">{title}</h1>
        {intro !== null && <p className="mt-2 text-muted">{intro}</p>}
      </div>
      {error !== null && data === undefined && (
        <p role="alert" className="text-danger text-sm">
          {explainError(error)}
        </p>
      )}
      {data !== undefined && data.jws === null && (
        <p role="status" className="flex items-center gap-2 text-sm">
          <Spinner className="size-4 text-muted" /> {t('Being removed')}
        </p>
      )}
      {data !== undefined && data.jws !== null && (
        <div className="grid justify-items-start gap-3">
          <p role="status" className="text-sm">
            {t('Everything was gone at {time}.', { time: formatTime(data.goneAt ?? data.requestedAt) })}
          </p>
          <SaveReceipt id={data.id} jws={data.jws} />
        </div>
      )}
      {token !== '' && (
        <ShownOnce
          label={t('Link to the receipt')}
          secret={`${window.location.origin}/receipt#${token}`}
          about={t('Keep it: whoever has it can fetch the receipt, and nobody can send it again.')}
        />
      )}
    </main>
  )
}
