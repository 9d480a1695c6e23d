import type { Image } from '@rendition/contract'
import { useState } from 'react'
import { formatBytes, formatFormat, formatPixels } from '../../format.ts'
import { t } from '../../languages/translate.ts'
import { type Parameters, useDelivered, useExplanation } from '../../state/use-url-builder.ts'
import { FormFault } from '../answer.tsx'
import { Preview } from '../urls/preview.tsx'

interface PresetSamplesProps {
  images: readonly Image[]
  parameters: Parameters
}

/** What the parameters make of the newest photos of whoever looks: the very bytes that would be kept. */
export function PresetSamples({ images, parameters }: PresetSamplesProps) {
  if (images.length === 0) {
    return <p className="text-muted text-sm">{t('With photos of your own there would be samples here.')}</p>
  }
  return (
    <ul aria-label={t('Samples')} className="grid gap-4">
      {images.map((image) => (
        <li key={image.id}>
          <Sample image={image} parameters={parameters} />
        </li>
      ))}
    </ul>
  )
}

function Sample({ image, parameters }: { image: Image; parameters: Parameters }) {
  const asked = useExplanation(image.id, parameters)
  const delivered = useDelivered(asked.error === null ? asked.data : undefined)
  const [size, setSize] = useState<{ width: number; height: number } | null>(null)
  const { data } = delivered
  return (
    <figure>
      <Preview
        delivered={delivered.error === null ? data : undefined}
        isPending={asked.isFetching || delivered.isFetching}
        // The caption says its name
        alt={image.altText ?? ''}
        onSize={setSize}
      />
      <figcaption className="tabular mt-1.5 text-muted text-xs">
        <bdi>{image.originalName}</bdi>
        {data !== undefined && size !== null && asked.error === null && (
          <>
            {' · '}
            {formatPixels(size.width, size.height)} · {formatFormat(data.contentType)} ·{' '}
            {formatBytes(data.bytes)}
          </>
        )}
      </figcaption>
      <FormFault error={asked.error ?? delivered.error} />
    </figure>
  )
}
