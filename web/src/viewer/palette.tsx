import { t } from '../languages/translate.ts'
import { Section } from './section.tsx'

/** The colours of the picture; each leads to the pictures that have it too. */
export function Palette({
  colors,
  onColor,
}: {
  colors: readonly string[]
  onColor: (color: string) => void
}) {
  if (colors.length === 0) return null
  return (
    <Section title={t('Colours')}>
      <ul className="flex overflow-hidden rounded-lg">
        {colors.map((color) => (
          <li key={color} className="flex-1">
            <button
              type="button"
              aria-label={t('Photos with {color}', { color })}
              title={color}
              onClick={() => onColor(color)}
              className="block h-8 w-full transition-opacity hover:opacity-80 focus-visible:-outline-offset-4"
              style={{ backgroundColor: color }}
            />
          </li>
        ))}
      </ul>
    </Section>
  )
}
