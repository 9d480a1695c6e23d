import { useState } from 'react'
import { t } from '../languages/translate.ts'
import { usePresets } from '../state/use-presets.ts'
import { Choice } from './choice.tsx'

interface SizesFieldProps {
  /** Names of presets; null for all that there are. */
  value: readonly string[] | null
  onChange: (sizes: readonly string[]) => void
}

/** In which sizes guests are given pictures: in every one, or in those that are chosen. */
export function SizesField({ value, onChange }: SizesFieldProps) {
  const presets = usePresets().data?.state.presets
  const [asked, setAsked] = useState<boolean | null>(null)
  if (presets === undefined) return null
  const names = presets.map(({ name }) => name)
  const chosen = value ?? names
  const open = asked ?? !names.every((name) => chosen.includes(name))
  const toggle = (some: boolean) => {
    setAsked(some)
    if (!some) onChange(names)
  }
  const set = (name: string, has: boolean) =>
    onChange(names.filter((one) => (one === name ? has : chosen.includes(one))))
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
                  {name} <span className="text-muted">{boxOf(parameters)}</span>
                </span>
              </label>
            ))}
          </div>
          {sizesFault(value) !== undefined && (
            <p role="alert" className="mt-1 text-danger text-sm">
              {sizesFault(value)}
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

/** What is wrong with these sizes. */
export const sizesFault = (sizes: readonly string[] | null): string | undefined =>
  sizes?.length === 0 ? t('Choose one size at least.') : undefined
