import type { Image } from '@rendition/contract'
import { formatBytes, formatFormat, formatPixels } from '../format.ts'
import { t } from '../languages/translate.ts'
import { useRecentUses } from '../state/image-facts.ts'
import { agoOf } from '../time-texts.ts'
import { Section } from './section.tsx'

/** Which of the picture's URLs were asked for lately, the last one first. */
export function UsedAt({ image }: { image: Image }) {
  const uses = useRecentUses(image)
  if (uses.length === 0) return null
  return (
    <Section title={t('Asked for lately')}>
      <ul className="grid gap-2" aria-label={t('Asked for lately')}>
        {uses.map(({ key, what, width, height, format, size, usedAt }) => (
          <li key={key} className="min-w-0 text-sm">
            <span className="block truncate font-mono text-xs" title={what}>
              {what}
            </span>
            <span className="tabular block text-muted text-xs">
              {formatPixels(width, height)} · {formatFormat(format)} · {formatBytes(size)} ·{' '}
              {agoOf(usedAt, Date.now())}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  )
}
