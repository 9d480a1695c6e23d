import type { Export } from '@rendition/contract'
import { Download, Package } from 'lucide-react'
import { formatBytes, formatTime } from '../../format.ts'
import { plural, t } from '../../languages/translate.ts'
import { pictureUrl } from '../../pictures/picture-url.ts'
import { serviceText } from '../../state/explain-error.ts'
import { useExports, useMakeExport, useRemoveExport } from '../../state/exports.ts'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { Panel } from '../../ui/page-frame.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import { Answer, FormFault } from '../answer.tsx'

/** Takes everything along: one ZIP, prepared once and downloaded as often as it takes. */
export function ExportPanel() {
  const query = useExports()
  const { act, isPending, error } = useMakeExport()
  const remove = useRemoveExport()
  const exports = query.data?.items ?? []
  return (
    <Panel
      title={t('Export')}
      about={t(
        'Every original, edits as steps, and tags, albums, marks and dates as text beside them, in one ZIP. What is in the trash is left out.',
      )}
      action={
        <Button disabled={isPending} onClick={() => void act({})}>
          {isPending ? <Spinner /> : <Package aria-hidden className="size-4" />} {t('Export everything')}
        </Button>
      }
    >
      <FormFault error={error} />
      <Answer of={query} what={t('exports')}>
        {exports.length === 0 ? (
          <p className="text-muted text-sm">
            {t('There is none. A prepared one stands here for some days.')}
          </p>
        ) : (
          <ul aria-label={t('Exports')} className="divide-y divide-line">
            {exports.map((each) => (
              <li key={each.id} className="flex flex-wrap items-center gap-x-3 gap-y-2 py-3">
                <div className="min-w-0 flex-1 basis-48">
                  <p className="font-medium text-sm">{nameOf(each)}</p>
                  <p className="text-muted text-xs">{stateOf(each)}</p>
                </div>
                {each.status === 'preparing' && <Spinner />}
                {each.url !== null && (
                  <ButtonLink href={pictureUrl({ url: each.url })} download>
                    <Download aria-hidden className="size-4" /> {t('Download')}
                  </ButtonLink>
                )}
                <Button look="quiet" disabled={remove.isPending} onClick={() => void remove.act(each)}>
                  {each.status === 'preparing' ? t('Cancel') : t('Remove')}
                </Button>
              </li>
            ))}
          </ul>
        )}
      </Answer>
    </Panel>
  )
}

const nameOf = ({ of, imageCount, createdAt }: Export): string =>
  `${of === 'everything' ? t('Everything') : t('A selection')}, ${plural(imageCount, '{count} photo', '{count} photos')}, ${formatTime(createdAt)}`

function stateOf({ status, size, leftOut, errorMessage, expiresAt }: Export): string {
  if (status === 'preparing') return t('Being prepared. You may leave this page.')
  if (status === 'failed')
    return [t('It failed.'), serviceText(errorMessage), t('Make it anew.')].filter(Boolean).join(' ')
  const without =
    leftOut === 0
      ? ''
      : ` ${plural(leftOut, '{count} photo without a file.', '{count} photos without a file.')}`
  const until = expiresAt === null ? '' : ` ${t('Here until {time}.', { time: formatTime(expiresAt) })}`
  return `${formatBytes(size ?? 0)}.${without}${until}`
}
