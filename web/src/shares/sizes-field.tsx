import type { PresetView } from '@rendition/contract'
import { useState } from 'react'
import { formatSizeName } from '../format.ts'
import { t } from '../languages/translate.ts'
import { usePresets } from '../state/use-presets.ts'
import { Choice } from './choice.tsx'
import { stillThere } from './given-sizes.ts'

interface SizesFieldProps {
  /** Names of presets; null for all that there are. */
  value: readonly string[] | null
  onChange: (sizes: readonly string[]) => void
}

/** In which sizes guests are given pictures: in every one, or in those that are chosen. */
export function SizesField(props: SizesFieldProps) {
  const presets = usePresets().data?.state.presets
  return presets === undefined ? null : <Sizes presets={presets} {...props} />
}

function Sizes({ presets, value, onChange }: SizesFieldProps & { presets: readonly PresetView[] }) {
  const names = presets.map(({ name }) => name)
  const chosen = value === null ? names : stillThere(value, names)
  const isSome = chosen.length < names.length
  // Once it is open it stays so, also where all are ticked: the last of them would take the boxes along.
  const [asked, setAsked] = useState(isSome)
  const open = asked || isSome
  const toggle = (some: boolean) => {
    setAsked(some)
    if (!some) onChange(names)
  }
  const set = (name: string, has: boolean) => {
    setAsked(true)
    onChange(names.filter((one) => (one === name ? has : chosen.includes(one))))
  }
  const fault = sizesFault(value, names)
  return (
    <div>
      <Choice checked={open} onChange={toggle} label={t('In some sizes only')}>
        {t('Guests see the photos in the sizes you choose.')}
      </Choice>
      {open && (
        <fieldset className="ms-13 mt-1">
          <legend className="sr-only">{t('Sizes for guests')}</legend>
          <div className="grid gap-x-4 sm:grid-cols-2">
            {presets.map(({ name, parameters }) => (
              <label key={name} className="flex min-h-8 items-center gap-2.5 text-sm">
                <input
                  type="checkbox"
                  className="size-4.5 shrink-0 accent-accent"
                  checked={chosen.includes(name)}
                  onChange={({ target }) => set(name, target.checked)}
                />
                <span className="min-w-0 truncate">
                  <span className="inline-block first-letter:uppercase">{formatSizeName(name)}</span>{' '}
                  <span className="text-muted">{boxOf(parameters)}</span>
                </span>
              </label>
            ))}
          </div>
          {fault !== undefined && (
            <p role="alert" className="mt-1 text-danger text-sm">
              {fault}
            </p>
          )}
        </fieldset>
      )}
    </div>
  )
}

/** The box that its pictures fit in, where the preset has one. */
function boxOf(parameters: Record<string, string> | null): string {
  const sides = [parameters?.width, parameters?.height].filter((side) => side !== undefined)
  return sides.length === 0 ? '' : `${[...new Set(sides)].join(' × ')} px`
}

/** What is wrong with these sizes, of the presets that there are. */
export const sizesFault = (
  sizes: readonly string[] | null,
  names: readonly string[] | undefined,
): string | undefined =>
  sizes !== null && stillThere(sizes, names).length === 0 ? t('Choose one size at least.') : undefined
