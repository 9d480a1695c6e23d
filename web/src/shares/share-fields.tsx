import { t } from '../languages/translate.ts'
import { Choice } from './choice.tsx'
import { SizesField } from './sizes-field.tsx'

interface EndFieldProps<T extends string> {
  label: string
  options: readonly { value: T; label: string }[]
  value: T
  onChange: (value: T) => void
}

/** When a link ends. What is longer than a lifetime has a line of its own. */
export function EndField<T extends string>({ label, options, value, onChange }: EndFieldProps<T>) {
  return (
    <fieldset>
      <legend className="mb-1.5 font-medium text-sm">{label}</legend>
      <div className="grid grid-cols-2 gap-1.5 sm:grid-cols-4">
        {options.map((option) => (
          <label
            key={option.value}
            className="grid min-h-10 cursor-pointer place-content-center rounded-lg border border-line px-2 text-center text-[0.8125rem]
              leading-tight first:nth-last-[odd]:col-span-full has-checked:border-ink has-checked:bg-ink/7 has-checked:font-medium
              has-focus-visible:outline-2 has-focus-visible:outline-accent has-focus-visible:outline-offset-2"
          >
            <input
              type="radio"
              name="lifetime"
              value={option.value}
              checked={value === option.value}
              onChange={() => onChange(option.value)}
              className="sr-only"
            />
            {option.label}
          </label>
        ))}
      </div>
    </fieldset>
  )
}

/** What guests may do. */
export interface Allowed {
  /** In which presets they are given pictures; null for all that there are. */
  presets: readonly string[] | null
  downloads: boolean
  /** The original files too, where they may download. */
  originals: boolean
  uploads: boolean
}

interface AllowedFieldsProps {
  value: Allowed
  onChange: (value: Allowed) => void
  /** Guests can add photos to an album only. */
  isAlbum: boolean
}

export function AllowedFields({ value, onChange, isAlbum }: AllowedFieldsProps) {
  const set = (part: Partial<Allowed>) => onChange({ ...value, ...part })
  return (
    <div className="grid gap-1">
      <SizesField value={value.presets} onChange={(presets) => set({ presets })} />
      <Choice
        checked={value.downloads}
        onChange={(downloads) => set({ downloads })}
        label={t('Guests may download')}
      >
        {t('In the sizes they see, not the original file.')}
      </Choice>
      {value.downloads && (
        <Choice
          checked={value.originals}
          onChange={(originals) => set({ originals })}
          label={t('The original files too')}
        >
          {t('As they were uploaded, without the place where they were taken.')}
        </Choice>
      )}
      {isAlbum && (
        <Choice
          checked={value.uploads}
          onChange={(uploads) => set({ uploads })}
          label={t('Guests may add photos')}
        >
          {t('They come into this album and count in your space.')}
        </Choice>
      )}
    </div>
  )
}

const shortestPassword = 4
/** What is wrong with a password that is set; none is none. */
export const passwordFault = (password: string): string | undefined =>
  password !== '' && password.length < shortestPassword
    ? t('At least {count} characters.', { count: shortestPassword })
    : undefined
