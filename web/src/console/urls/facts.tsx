import type { Explanation } from '@rendition/contract'
import type { ReactNode } from 'react'
import { formatBytes, formatFormat, formatPixels } from '../../format.ts'
import type { Delivered } from '../../state/use-url-builder.ts'
import { durationOf } from '../../time-texts.ts'

interface FactsProps {
  explanation: Explanation
  delivered: Delivered | undefined
  size: { width: number; height: number } | null
}

const layers: Record<Explanation['cache']['layer'], string> = {
  memory: 'In memory',
  cache: 'In the shared cache',
  storage: 'In the storage',
  none: 'Was made for this request',
}

/** The explanation was asked for by a program that takes no pictures; the picture itself by a browser. */
const byAccept = 'Chosen by what the browser says it takes.'

/** What a picture weighs, how long it took, where it lay and why it is as it is. */
export function Facts({ explanation, delivered, size }: FactsProps) {
  const { format, quality, source, cache, canonical, warnings, access } = explanation
  return (
    <>
      <dl className="mt-4 grid grid-cols-2 gap-4 sm:grid-cols-4">
        <Figure term="Bytes" value={delivered === undefined ? '…' : formatBytes(delivered.bytes)} />
        <Figure term="Pixels" value={size === null ? '…' : formatPixels(size.width, size.height)} />
        <Figure term="Format" value={delivered === undefined ? '…' : formatFormat(delivered.contentType)} />
        <Figure term="Time" value={delivered === undefined ? '…' : durationOf(delivered.took)} />
      </dl>
      {warnings.length > 0 && (
        <ul className="mt-4 rounded-lg bg-accent-soft px-3 py-2 text-accent text-sm">
          {warnings.map((warning) => (
            <li key={warning}>{warning}</li>
          ))}
        </ul>
      )}
      <details className="mt-4">
        <summary className="w-fit rounded py-1 font-medium text-sm">Why it is so</summary>
        <dl className="mt-2 grid grid-cols-[6rem_1fr] gap-x-3 gap-y-2 text-sm">
          <Row term="Before">{layers[cache.layer]}</Row>
          {delivered?.cacheStatus != null && <Row term="Answered">{delivered.cacheStatus}</Row>}
          {delivered?.serverTiming != null && <Row term="Spent">{delivered.serverTiming}</Row>}
          <Row term="Made from">
            {formatPixels(source.width, source.height)}: {source.why}
          </Row>
          <Row term="Format">{format.negotiated ? byAccept : format.why}</Row>
          {quality !== null && <Row term="Quality">{quality.why}</Row>}
          <Row term="Kept">{cache.cacheControl}</Row>
          <Row term="Strangers">{access === 'open' ? 'may ask for it' : 'need a signature'}</Row>
          <Row term="Recipe">
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
