import type { AuditEntry } from '@rendition/contract'
import type { ReactNode } from 'react'
import { formatTime } from '../../format.ts'
import { t } from '../../languages/translate.ts'
import { Badge } from '../code.tsx'
import { actionTexts } from './audit-texts.ts'
import { detailsOf } from './detail-texts.ts'

interface EntryLineProps {
  entry: Pick<AuditEntry, 'action' | 'at' | 'outcome' | 'address' | 'details'>
  /** Who did it. */
  who: ReactNode
  /** What was acted on. */
  target?: ReactNode
}

/** One act: what, by whom, when, from where, and what was before and after. */
export function EntryLine({ entry, who, target }: EntryLineProps) {
  const { action, at, outcome, address, details } = entry
  const said = detailsOf(details)
  return (
    <li className="flex flex-wrap items-start gap-x-3 gap-y-1 py-3">
      <div className="min-w-0 flex-1 basis-52">
        <p className="text-sm">
          <span className="font-medium">{t(actionTexts[action])}</span>
          {' · '}
          {who}
        </p>
        <p className="tabular break-words text-muted text-xs">
          {formatTime(at)}
          {address !== null && ` · ${address}`}
          {target}
        </p>
        {said.length > 0 && (
          <dl className="mt-1.5 grid gap-y-0.5 text-xs sm:grid-cols-[minmax(6rem,max-content)_1fr] sm:gap-x-4">
            {said.map(({ name, from, to }) => (
              <div key={name} className="contents">
                <dt className="text-muted">{name}</dt>
                <dd className="mb-1 min-w-0 break-words sm:mb-0">
                  {from !== undefined && (
                    <>
                      <span className="sr-only">{t('before:')} </span>
                      <bdi className="text-muted">{from}</bdi>
                      <span aria-hidden className="inline-block px-1.5 text-muted rtl:-scale-x-100">
                        →
                      </span>
                      <span className="sr-only">{t('after:')} </span>
                    </>
                  )}
                  <bdi>{to}</bdi>
                </dd>
              </div>
            ))}
          </dl>
        )}
      </div>
      <Badge look={outcome === 'success' ? 'plain' : 'bad'}>
        {outcome === 'success' ? t('Done') : t('Refused')}
      </Badge>
    </li>
  )
}
