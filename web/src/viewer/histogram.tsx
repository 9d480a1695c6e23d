import type { Image } from '@rendition/contract'
import { formatNumber } from '../languages/numbers.ts'
import { t } from '../languages/translate.ts'
import { Section } from './section.tsx'
import { bins, heightOf, outlineOf } from './tones.ts'
import { useTones } from './use-tones.ts'

const percent = (part: number): string => formatNumber(part, { style: 'percent', maximumFractionDigits: 1 })

/** How bright the picture is, colour by colour, and how much of it is lost in black and white. */
export function Histogram({ image: { sizes } }: { image: Image }) {
  const tones = useTones(sizes.small ?? sizes.thumbnail ?? sizes.medium)
  if (tones === null) return null
  const height = heightOf(tones)
  const ends = t('{black} quite black, {white} quite white', {
    black: percent(tones.black),
    white: percent(tones.white),
  })
  return (
    <Section title={t('Brightness')}>
      <svg
        role="img"
        aria-label={t('Histogram of red, green and blue, from dark to bright. {ends}.', { ends })}
        viewBox={`0 0 ${bins} 1`}
        preserveAspectRatio="none"
        className="h-20 w-full rounded-md bg-sunken"
      >
        {(['red', 'green', 'blue'] as const).map((colour) => (
          <path
            key={colour}
            d={outlineOf(tones[colour], height)}
            fill={`var(--tone-${colour})`}
            fillOpacity={0.5}
            data-tone={colour}
          />
        ))}
      </svg>
      <p className="tabular text-muted text-xs">{ends}</p>
    </Section>
  )
}
