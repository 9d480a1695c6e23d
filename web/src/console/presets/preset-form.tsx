import { isProblem } from '@rendition/client'
import { parameterControls } from '@rendition/contract/controls'
import { useState } from 'react'
import type { Phrase } from '../../languages/catalogue.ts'
import { t } from '../../languages/translate.ts'
import { sentence } from '../../state/explain-field.ts'
import { type Parameters, useExplanation, useSomeImages } from '../../state/use-url-builder.ts'
import { TextField } from '../../ui/text-field.tsx'
import { Control } from '../urls/parameter-control.tsx'
import { groupsOf } from '../urls/parameter-groups.ts'
import { useSettled } from '../use-settled.ts'
import { type DraftPreset, listOf } from './draft.ts'
import { PresetSamples } from './preset-samples.tsx'

/** Of a picture, and not of one request or of an image that belongs to somebody. */
const groups = groupsOf(
  parameterControls.filter(
    ({ name, ofRequest }) => !ofRequest && name !== 'watermarkImage' && name !== 'steps',
  ),
)
const samples = 3

interface PresetFormProps {
  preset: DraftPreset
  nameFault: Phrase | undefined
  onChange: (to: Partial<DraftPreset>) => void
}

/** One preset: its name, its parameters, and what they make of some of one's own photos. */
export function PresetForm({ preset, nameFault, onChange }: PresetFormProps) {
  const { name, parameters } = preset
  const list = listOf(preset)
  // What is set is seen at once. Once: what is typed afterwards opens and closes nothing.
  const [openGroups] = useState(() =>
    groups.filter(({ controls }, index) => index < 1 || controls.some((one) => parameters?.[one.name])),
  )
  const images = (useSomeImages('').data?.items ?? []).slice(0, samples)
  const shown = asMade(useSettled(parameters ?? {}))
  const [first] = images
  const asked = useExplanation(first?.id ?? '', shown, first !== undefined)
  const faults = isProblem(asked.error) ? asked.error.errors : []
  const turn = (control: string, value: string) => {
    const { [control]: _before, ...rest } = parameters ?? {}
    onChange({ parameters: value === '' ? rest : { ...rest, [control]: value } })
  }
  return (
    <div className="mt-3 grid items-start gap-6 rounded-xl bg-sunken p-4 *:min-w-0 lg:grid-cols-[20rem_minmax(0,1fr)]">
      <div className="grid gap-4">
        <TextField
          label={t('Name')}
          value={name}
          // Nothing was done wrong where nothing was typed yet.
          error={nameFault === undefined || name === '' ? undefined : t(nameFault)}
          hint={nameFault !== undefined && name === '' ? t(nameFault) : undefined}
          // It is what a new one asks for.
          autoFocus={name === ''}
          autoComplete="off"
          spellCheck={false}
          maxLength={32}
          onChange={(event) => onChange({ name: event.target.value })}
        />
        {parameters === null ? (
          <p className="text-muted text-sm">
            {t('Its steps are more than these controls can say. It stays as it is; the API changes it.')}
          </p>
        ) : (
          <div className="divide-y divide-line">
            {list !== null && (
              <p className="break-words pb-3 text-sm">
                {t('Done in an order of its own, which stays: {steps}.', { steps: list })}
              </p>
            )}
            {/* Beside a list of steps only what says how the file is written may stand. */}
            {(list === null ? groups : groups.filter(({ name: group }) => group === 'File')).map((group) => (
              <details
                key={group.name}
                open={openGroups.includes(group) || list !== null || undefined}
                className="py-2"
              >
                <summary className="rounded py-1.5 font-medium text-sm">{t(group.name)}</summary>
                <div className="grid gap-4 pt-2 pb-3">
                  {group.controls.map((parameter) => (
                    <Control
                      key={parameter.name}
                      parameter={withoutAuto(parameter)}
                      value={parameters[parameter.name] ?? ''}
                      fault={sentence(faults.find(({ path }) => path === parameter.name)?.message)}
                      presets={[]}
                      onChange={(value) => turn(parameter.name, value)}
                    />
                  ))}
                </div>
              </details>
            ))}
          </div>
        )}
      </div>
      {parameters !== null && <PresetSamples images={images} parameters={shown} />}
    </div>
  )
}

type ParameterControl = (typeof parameterControls)[number]

/** `auto` is decided for each request, but that of quality: no preset has it. */
function withoutAuto(parameter: ParameterControl): ParameterControl {
  const { control, name } = parameter
  if (name === 'quality' || !('words' in control) || !control.words.includes('auto')) return parameter
  return {
    ...parameter,
    about: null,
    control: { ...control, words: control.words.filter((word) => word !== 'auto') },
  }
}

/** Where it names no quality a preset gets the one that is measured, which a URL has to ask for. */
function asMade(parameters: Parameters): Parameters {
  const { quality, compress, lossless } = parameters
  const isOpen = quality === undefined && compress === undefined && lossless !== 'true'
  return isOpen ? { ...parameters, quality: 'auto' } : parameters
}
