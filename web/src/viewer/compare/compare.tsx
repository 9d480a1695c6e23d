import type { Image, Version } from '@rendition/contract'
import { useEffect, useState } from 'react'
import { formatBytes } from '../../format.ts'
import { formatNumber } from '../../languages/numbers.ts'
import { t } from '../../languages/translate.ts'
import { explainError } from '../../state/explain-error.ts'
import { type Delivered, useDelivered, useExplanation } from '../../state/use-url-builder.ts'
import { Button } from '../../ui/button.tsx'
import { SelectField } from '../../ui/select-field.tsx'
import { Sheet } from '../../ui/sheet.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import { differenceOf, type Format, firstSides, formats, parametersOf, type Side } from './sides.ts'
import { type Likeness, useLikeness } from './use-likeness.ts'

interface CompareProps {
  image: Image
  versions: readonly Version[]
  onClose: () => void
}

/** Two versions or formats of a picture, one over the other, and how they differ in numbers. */
export function Compare({ image, versions, onClose }: CompareProps) {
  const [[left, right], setSides] = useState(() => firstSides(image, versions))
  const [share, setShare] = useState(50)
  const first = usePictureOf(image, left, versions)
  const second = usePictureOf(image, right, versions)
  const likeness = useLikeness(first.picture?.blob, second.picture?.blob)
  const error = first.error ?? second.error
  return (
    <Sheet
      title={t('Compare versions or formats')}
      onClose={onClose}
      className="max-w-5xl sm:top-[4vh] sm:max-h-[92vh]"
    >
      <div className="grid gap-4 overflow-y-auto p-4 sm:p-6">
        <div className="grid gap-4 sm:grid-cols-2">
          <SideChoice
            name={t('Left')}
            side={left}
            versions={versions}
            picture={first.picture}
            onChange={(side) => setSides([side, right])}
          />
          <SideChoice
            name={t('Right')}
            side={right}
            versions={versions}
            picture={second.picture}
            onChange={(side) => setSides([left, side])}
          />
        </div>
        {error !== null ? (
          <div role="alert" className="grid justify-items-start gap-3 text-danger text-sm">
            <p>{explainError(error)}</p>
            <Button
              onClick={() => {
                first.askAgain()
                second.askAgain()
              }}
            >
              {t('Try again')}
            </Button>
          </div>
        ) : (
          <>
            <div className="relative grid place-items-center overflow-hidden rounded-md bg-sunken">
              <Layer picture={first.picture} name="left" clip={`inset(0 ${100 - share}% 0 0)`} />
              <Layer picture={second.picture} name="right" clip={`inset(0 0 0 ${share}%)`} />
              <span
                aria-hidden
                className="pointer-events-none absolute inset-y-0 w-0.5 bg-raised shadow-float"
                style={{ left: `${share}%` }}
              />
            </div>
            <input
              type="range"
              min={0}
              max={100}
              value={share}
              onChange={(event) => setShare(Number(event.target.value))}
              aria-label={t('How much of the left one is seen')}
              className="w-full accent-accent"
            />
            <p role="status" className="tabular text-muted text-sm" data-difference>
              {differenceText(first.picture, second.picture, likeness)}
            </p>
          </>
        )}
        <div className="flex justify-end">
          <Button onClick={onClose}>{t('Close')}</Button>
        </div>
      </div>
    </Sheet>
  )
}

function differenceText(
  first: Delivered | undefined,
  second: Delivered | undefined,
  likeness: Likeness,
): string {
  if (first === undefined || second === undefined) return t('Both are being made…')
  const percent = differenceOf(first.bytes, second.bytes)
  const bytes =
    percent === 0
      ? t('The right one has as many bytes.')
      : percent < 0
        ? t('The right one is {percent} % smaller.', { percent: -percent })
        : t('The right one is {percent} % larger.', { percent })
  if (likeness === 'counting') return bytes
  if (likeness === null)
    return `${bytes} ${t('They are of different shapes, so how alike they are is not counted.')}`
  const value = formatNumber(likeness, { minimumFractionDigits: 4, maximumFractionDigits: 4 })
  return `${bytes} ${t('Likeness (SSIM) {value}, where 1 is the same.', { value })}`
}

function usePictureOf(image: Image, side: Side, versions: readonly Version[]) {
  const explained = useExplanation(image.id, parametersOf(side, versions))
  const current = explained.isPlaceholderData ? undefined : explained.data
  const delivered = useDelivered(current)
  const picture = delivered.isPlaceholderData || current === undefined ? undefined : delivered.data
  const askAgain = () => {
    if (explained.error !== null) void explained.refetch()
    if (delivered.error !== null) void delivered.refetch()
  }
  return { picture, error: explained.error ?? delivered.error, askAgain }
}

interface SideChoiceProps {
  name: string
  side: Side
  versions: readonly Version[]
  picture: Delivered | undefined
  onChange: (side: Side) => void
}

function SideChoice({ name, side, versions, picture, onChange }: SideChoiceProps) {
  return (
    <fieldset className="grid grid-cols-[minmax(0,1fr)_auto_minmax(3.75rem,auto)] items-end gap-2">
      <legend className="mb-1 font-medium text-muted text-xs">{name}</legend>
      <SelectField
        label={t('{name}: version', { name })}
        quiet
        value={String(side.version)}
        options={versions.map(({ version, current }) => ({
          value: String(version),
          label: current ? t('Version {version}, now', { version }) : t('Version {version}', { version }),
        }))}
        onChoose={(version) => onChange({ ...side, version: Number(version) })}
      />
      <SelectField
        label={t('{name}: format', { name })}
        quiet
        value={side.format}
        options={formats.map((format) => ({
          value: format,
          label: format === 'webp' ? 'WebP' : format.toUpperCase(),
        }))}
        onChoose={(format) =>
          onChange({ ...side, format: formats.find((one) => one === format) ?? ('jpeg' satisfies Format) })
        }
      />
      <span className="tabular pb-2.5 text-end text-muted text-sm">
        {picture === undefined ? <Spinner className="ms-auto size-4" /> : formatBytes(picture.bytes)}
      </span>
    </fieldset>
  )
}

function Layer({ picture, name, clip }: { picture: Delivered | undefined; name: string; clip: string }) {
  const [url, setUrl] = useState<string | null>(null)
  const blob = picture?.blob
  useEffect(() => {
    if (blob === undefined) return
    const made = URL.createObjectURL(blob)
    setUrl(made)
    return () => {
      setUrl(null)
      URL.revokeObjectURL(made)
    }
  }, [blob])
  if (url === null) return <div className="col-start-1 row-start-1 h-[50vh]" />
  return (
    <img
      src={url}
      alt={name === 'left' ? t('The left one') : t('The right one')}
      draggable={false}
      data-compared={name}
      style={{ clipPath: clip }}
      className="col-start-1 row-start-1 h-[50vh] w-full object-contain"
    />
  )
}
