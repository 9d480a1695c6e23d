import type { Explanation } from '@rendition/contract'
import type { ReactNode } from 'react'
import { formatBytes, formatFormat, formatPixels } from '../../format.ts'
import type { Phrase } from '../../languages/catalogue.ts'
import { t } from '../../languages/translate.ts'
import { serviceText } from '../../state/explain-error.ts'
import type { Delivered } from '../../state/use-url-builder.ts'
import { durationOf } from '../../time-texts.ts'

interface FactsProps {
  explanation: Explanation
  delivered: Delivered | undefined
  size: { width: number; height: number } | null
}

const layers: Record<Explanation['cache']['layer'], Phrase> = {
  memory: 'In memory',
  cache: 'In the shared cache',
  storage: 'In the storage',
  none: 'Was made for this request',
}

/** What a picture weighs, how long it took, where it lay and why it is as it is. */
export function Facts({ explanation, delivered, size }: FactsProps) {
  const { format, quality, source, cache, canonical, warnings, access } = explanation
  return (
    <>
      <dl className="mt-4 grid grid-cols-2 gap-4 sm:grid-cols-4">
        <Figure term={t('Bytes')} value={delivered === undefined ? '…' : formatBytes(delivered.bytes)} />
        <Figure term={t('Pixels')} value={size === null ? '…' : formatPixels(size.width, size.height)} />
        <Figure
          term={t('Format')}
          value={delivered === undefined ? '…' : formatFormat(delivered.contentType)}
        />
        <Figure term={t('Time')} value={delivered === undefined ? '…' : durationOf(delivered.took)} />
      </dl>
      {warnings.length > 0 && (
        <ul className="mt-4 rounded-lg bg-accent-soft px-3 py-2 text-accent text-sm">
          {warnings.map((warning) => (
            <li key={warning}>{serviceText(warning)}</li>
          ))}
        </ul>
      )}
      <details className="mt-4">
        <summary className="w-fit rounded py-1 font-medium text-sm">{t('Why it is so')}</summary>
        <dl className="mt-2 grid grid-cols-[6rem_1fr] gap-x-3 gap-y-2 text-sm">
          <Row term={t('Before')}>{t(layers[cache.layer])}</Row>
          {delivered?.cacheStatus != null && <Row term={t('Answered')}>{delivered.cacheStatus}</Row>}
          {delivered?.serverTiming != null && <Row term={t('Spent')}>{delivered.serverTiming}</Row>}
          <Row term={t('Made from')}>
            {formatPixels(source.width, source.height)}: {source.why}
          </Row>
          <Row term={t('Format')}>
            {/* The explanation was asked for by a program that takes no pictures; the picture itself by a browser. */}
            {format.negotiated ? t('Chosen by what the browser says it takes.') : serviceText(format.why)}
          </Row>
          {quality !== null && <Row term={t('Quality')}>{serviceText(quality.why)}</Row>}
          <Row term={t('Kept')}>{cache.cacheControl}</Row>
          <Row term={t('Strangers')}>{access === 'open' ? t('may ask for it') : t('need a signature')}</Row>
          <Row term={t('Recipe')}>
            <code className="break-all text-xs">{canonical}</code>
          </Row>
        </dl>
      </details>
    </>
  )
}

function Figure({ term, value }: { term: string; value: string }) {
  return (
    <div>
      <dt className="text-muted text-xs">{term}</dt>
      <dd className="tabular font-semibold text-lg tracking-tight">{value}</dd>
    </div>
  )
}

function Row({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="contents">
      <dt className="text-muted">{term}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </div>
  )
}
