import type { Receipt } from '@rendition/contract'
import { formatTime } from '../../format.ts'
import { rich, t } from '../../languages/translate.ts'
import { useReceipts } from '../../state/use-receipts.ts'
import { PageFrame, Panel } from '../../ui/page-frame.tsx'
import { Answer, More } from '../answer.tsx'
import { Badge } from '../code.tsx'
import { SaveReceipt } from './save-receipt.tsx'

/** What the account erased for good, each with its signed receipt. */
export default function ReceiptsPage() {
  return (
    <PageFrame
      title={t('Receipts')}
      about={rich(
        'What was deleted for good, as a list that is signed when everything is gone. {keys} verify it.',
        {
          keys: (
            <a
              href="/.well-known/receipt-keys.json"
              target="_blank"
              rel="noreferrer"
              className="text-ink underline decoration-line-strong underline-offset-4"
            >
              {t('The public keys')}
            </a>
          ),
        },
      )}
    >
      <Panel title={t('Deleted')}>
        <ReceiptList of="mine" />
      </Panel>
    </PageFrame>
  )
}

/** Receipts, the newest first. */
export function ReceiptList({ of }: { of: 'mine' | 'accounts' }) {
  const query = useReceipts(of)
  const receipts = query.data?.pages.flatMap(({ items }) => items) ?? []
  return (
    <Answer of={query} what={t('receipts')}>
      {receipts.length === 0 && (
        <p className="py-8 text-center text-muted text-sm">{t('Nothing was deleted for good yet.')}</p>
      )}
      <ul aria-label={t('Receipts')} className="divide-y divide-line">
        {receipts.map((receipt) => (
          <Row key={receipt.id} receipt={receipt} />
        ))}
      </ul>
      <More of={query} label={t('Show older receipts')} />
    </Answer>
  )
}

function Row({ receipt }: { receipt: Receipt }) {
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 py-3">
      <div className="min-w-0 flex-1 basis-52">
        <p className="break-all font-mono text-xs">{receipt.subjectId}</p>
        <p className="tabular text-muted text-xs">
          {receipt.kind === 'image' ? t('A photo') : t('Account')} · {formatTime(receipt.requestedAt)}
        </p>
      </div>
      {receipt.jws === null ? (
        <Badge look="busy">{t('Being removed')}</Badge>
      ) : (
        <SaveReceipt id={receipt.id} jws={receipt.jws} />
      )}
    </li>
  )
}
