import type { Image } from '@rendition/contract'
import { Section } from './section.tsx'
import { bins, heightOf, outlineOf } from './tones.ts'
import { useTones } from './use-tones.ts'

const percent = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 1 })

/** How bright the picture is, colour by colour, and how much of it is lost in black and white. */
export function Histogram({ image: { sizes } }: { image: Image }) {
  const tones = useTones(sizes.small ?? sizes.thumbnail ?? sizes.medium)
  if (tones === null) return null
  const height = heightOf(tones)
  const ends = `${percent.format(tones.black)} quite black, ${percent.format(tones.white)} quite white`
  return (
    <Section title="Brightness">
      <svg
        role="img"
        aria-label={`Histogram of red, green and blue, from dark to bright. ${ends}.`}
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
