import type { ParameterControl } from '@rendition/contract/controls'
import { useId } from 'react'
import { t, translateKnown } from '../../languages/translate.ts'
import { SelectField } from '../../ui/select-field.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { labelOf } from './parameter-groups.ts'

interface ControlProps {
  parameter: ParameterControl
  /** Empty: the parameter is left out. */
  value: string
  fault: string | undefined
  /** Presets that the picture has. */
  presets: readonly string[]
  onChange: (value: string) => void
}

const unset = () => ({ value: '', label: t('Not set') })
const asOptions = (words: readonly string[]) => [
  unset(),
  ...words.map((word) => ({ value: word, label: word })),
]
const yesNo = () => [unset(), { value: 'true', label: t('Yes') }, { value: 'false', label: t('No') }]

/** What turns one parameter, made from what the grammar says of it. */
export function Control({ parameter, value, fault, presets, onChange }: ControlProps) {
  const { name, control, about } = parameter
  const label = labelOf(name)
  const hint = about === null ? undefined : (translateKnown(about) ?? about)
  const text = (
    <TextField
      label={label}
      hint={hint}
      error={fault}
      value={value}
      maxLength={1024}
      spellCheck={false}
      onChange={(event) => onChange(event.target.value)}
    />
  )
  if (name === 'preset') {
    return <SelectField label={label} value={value} options={asOptions(presets)} onChoose={onChange} />
  }
  switch (control.kind) {
    case 'words':
      return (
        <SelectField label={label} value={value} options={asOptions(control.words)} onChoose={onChange} />
      )
    case 'switch':
      return <SelectField label={label} value={value} options={yesNo()} onChoose={onChange} />
    case 'number':
    case 'switch or number':
      return (
        <NumberControl
          label={label}
          hint={hint}
          fault={fault}
          control={control}
          value={value}
          words={control.kind === 'number' ? control.words : ['true', 'false']}
          onChange={onChange}
        />
      )
    case 'colour':
      return <ColourControl label={label} hint={hint} fault={fault} value={value} onChange={onChange} />
    case 'text':
      return text
  }
}

interface NumberControlProps {
  label: string
  hint: string | undefined
  fault: string | undefined
  control: { min: number; max: number; whole: boolean }
  words: readonly string[]
  value: string
  onChange: (value: string) => void
}

/** A number to type, with a slider where its range is one that a hand can choose from, and the words it may be instead. */
function NumberControl({ label, hint, fault, control, words, value, onChange }: NumberControlProps) {
  const list = useId()
  const { min, max, whole } = control
  const slides = max - min <= 800
  const step = whole ? 1 : max - min <= 12 ? 0.05 : 0.5
  return (
    <div>
      <TextField
        label={label}
        hint={hint}
        error={fault}
        value={value}
        list={words.length === 0 ? undefined : list}
        inputMode={words.length === 0 ? 'decimal' : 'text'}
        placeholder={
          words.length === 0
            ? t('{min} to {max}', { min, max })
            : t('{min} to {max}, or {words}', { min, max, words: words.join(', ') })
        }
        maxLength={32}
        onChange={(event) => onChange(event.target.value)}
      />
      {words.length > 0 && (
        <datalist id={list}>
          {words.map((word) => (
            <option key={word} value={word} />
          ))}
        </datalist>
      )}
      {slides && (
        <input
          type="range"
          aria-label={t('{label}, slider', { label })}
          min={min}
          max={max}
          step={step}
          value={Number.isFinite(Number(value)) && value !== '' ? Number(value) : (min + max) / 2}
          onChange={(event) => onChange(event.target.value)}
          className="mt-2 w-full accent-accent"
        />
      )}
    </div>
  )
}

interface ColourControlProps {
  label: string
  hint: string | undefined
  fault: string | undefined
  value: string
  onChange: (value: string) => void
}

function ColourControl({ label, hint, fault, value, onChange }: ColourControlProps) {
  const hex = /^#?([0-9a-f]{6})$/i.exec(value)?.[1]
  return (
    <div className="flex items-start gap-2">
      <TextField
        label={label}
        hint={hint}
        error={fault}
        value={value}
        placeholder={t('name or rrggbb')}
        maxLength={32}
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
        className="min-w-0 flex-1"
      />
      <input
        type="color"
        aria-label={t('{label}, colour picker', { label })}
        value={hex === undefined ? '#808080' : `#${hex}`}
        onChange={(event) => onChange(event.target.value.slice(1))}
        className="mt-[1.65rem] h-11 w-11 shrink-0 rounded-lg border border-line-strong/60 bg-raised p-1"
      />
    </div>
  )
}
