import { isProblem } from '@rendition/client'
import { parameterControls } from '@rendition/contract/controls'
import { useState } from 'react'
import { t } from '../../languages/translate.ts'
import { sentence } from '../../state/explain-field.ts'
import { useImage } from '../../state/use-images.ts'
import { openUrl, type Parameters, useDelivered, useExplanation } from '../../state/use-url-builder.ts'
import { Button } from '../../ui/button.tsx'
import { Panel } from '../../ui/page-frame.tsx'
import { FormFault } from '../answer.tsx'
import { Snippets } from '../code.tsx'
import { useSettled } from '../use-settled.ts'
import { Facts } from './facts.tsx'
import { Control } from './parameter-control.tsx'
import { groupsOf } from './parameter-groups.ts'
import { Preview } from './preview.tsx'
import { snippetsOf } from './snippets.ts'

const groups = groupsOf(parameterControls)

interface UrlWorkbenchProps {
  imageId: string
  parameters: Parameters
  onChange: (parameters: Parameters) => void
  onOther: () => void
}

/** One picture, its parameters, and what comes of them. */
export function UrlWorkbench({ imageId, parameters, onChange, onOther }: UrlWorkbenchProps) {
  const { data: image } = useImage(imageId)
  const settled = useSettled(parameters)
  const asked = useExplanation(imageId, settled)
  const explanation = asked.error === null ? asked.data : undefined
  const delivered = useDelivered(explanation)
  const [signed, setSigned] = useState(true)
  const [size, setSize] = useState<{ width: number; height: number } | null>(null)
  const faults = isProblem(asked.error) ? asked.error.errors : []
  const named = new Set(faults.map(({ path }) => path))
  const turn = (name: string, value: string) => {
    const { [name]: _before, ...rest } = parameters
    onChange(value === '' ? rest : { ...rest, [name]: value })
  }
  const given = Object.keys(parameters)
  const url = signed && explanation !== undefined ? explanation.url : openUrl(imageId, settled)
  const shownUrl = new URL(url, window.location.origin).href
  const strangers = explanation?.access === 'open'
  // Of a picture that is not the account's, or not there any more, there is nothing to turn and nothing to take along.
  if (isProblem(asked.error, 'not_found')) {
    return (
      <Panel title={t('Picture')} action={<Button onClick={onOther}>{t('Another picture')}</Button>}>
        <FormFault error={asked.error} />
      </Panel>
    )
  }
  return (
    <div className="grid items-start gap-6 *:min-w-0 lg:grid-cols-[minmax(0,1fr)_22rem]">
      <div className="grid gap-6 *:min-w-0 lg:sticky lg:top-20">
        <Panel
          title={image?.originalName ?? t('Picture')}
          action={<Button onClick={onOther}>{t('Another picture')}</Button>}
        >
          <Preview
            delivered={delivered.error === null ? delivered.data : undefined}
            isPending={asked.isFetching || delivered.isFetching}
            alt={image?.altText ?? image?.originalName ?? ''}
            onSize={setSize}
          />
          <div className="mt-4 empty:hidden">
            <FormFault error={asked.error ?? delivered.error} />
          </div>
          {explanation !== undefined && (
            <Facts explanation={explanation} delivered={delivered.data} size={size} />
          )}
        </Panel>
        <Panel
          title={t('Take it with you')}
          action={
            <fieldset className="flex gap-1">
              <legend className="sr-only">{t('Which URL')}</legend>
              {[true, false].map((choice) => (
                <Button
                  key={String(choice)}
                  look={signed === choice ? 'primary' : 'plain'}
                  aria-pressed={signed === choice}
                  onClick={() => setSigned(choice)}
                >
                  {choice ? t('Signed') : t('Public')}
                </Button>
              ))}
            </fieldset>
          }
        >
          <p className="mb-3 text-muted text-sm">
            {signed
              ? t('Whoever has the signed URL sees the picture until its end, and can change nothing in it.')
              : strangers
                ? t('Anyone may ask for this one as it is.')
                : t(
                    'Only you, and programs with a key, are given this one: the picture is private, or the size is none of the open ones.',
                  )}
          </p>
          <Snippets
            label={t('In which language')}
            snippets={snippetsOf({
              id: imageId,
              url: shownUrl,
              signed,
              parameters: settled,
              size,
              alt: image?.altText ?? '',
              origin: window.location.origin,
              version: settled.v === undefined ? null : Number(settled.v),
            })}
          />
        </Panel>
      </div>
      <Panel
        title={t('Parameters')}
        action={
          <Button disabled={given.length === 0} onClick={() => onChange({})}>
            {t('Clear all')}
          </Button>
        }
      >
        <div className="divide-y divide-line">
          {groups.map(({ name: group, controls }, index) => {
            const set = controls.filter(({ name }) => parameters[name] !== undefined).length
            const wrong = controls.some(({ name }) => named.has(name))
            return (
              <details key={group} open={index < 2 || undefined} className="group py-2">
                <summary className="flex items-center justify-between gap-2 rounded py-1.5 font-medium text-sm">
                  {t(group)}
                  <span className={wrong ? 'text-danger text-xs' : 'text-muted text-xs'}>
                    {wrong ? t('not possible') : set > 0 ? t('{count} set', { count: set }) : ''}
                  </span>
                </summary>
                <div className="grid gap-4 pt-2 pb-3">
                  {controls.map((parameter) => (
                    <Control
                      key={parameter.name}
                      parameter={parameter}
                      value={parameters[parameter.name] ?? ''}
                      fault={sentence(faults.find(({ path }) => path === parameter.name)?.message)}
                      presets={[...Object.keys(image?.sizes ?? {})]}
                      onChange={(value) => turn(parameter.name, value)}
                    />
                  ))}
                </div>
              </details>
            )
          })}
        </div>
      </Panel>
    </div>
  )
}
