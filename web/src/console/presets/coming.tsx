import type { PresetStateView } from '@rendition/contract'
import { t } from '../../languages/translate.ts'
import { usePresetActs } from '../../state/use-presets.ts'
import { Button } from '../../ui/button.tsx'
import { Panel } from '../../ui/page-frame.tsx'

interface ComingProps {
  state: PresetStateView
  etag: string
}

/** How far the set is that is being made. The numbers come by themselves. */
export function Coming({ state, etag }: ComingProps) {
  const { restore } = usePresetActs()
  const { coming, version } = state
  if (coming === null) return null
  const { done, total, failed } = coming
  return (
    <Panel
      title={t('Set {number} is being made', { number: coming.version })}
      about={t('Behind all other work. Until every photo has its sizes, the set in force is shown.')}
      action={
        version !== null && (
          <Button disabled={restore.isPending} onClick={() => void restore.act({ version, match: etag })}>
            {t('Stop')}
          </Button>
        )
      }
    >
      <div
        role="progressbar"
        aria-label={t('Progress')}
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={Math.min(done, total)}
        className="h-2 overflow-hidden rounded-full bg-sunken"
      >
        <div
          className="h-full rounded-full bg-accent transition-[width]"
          style={{ width: `${total === 0 ? 100 : (100 * done) / total}%` }}
        />
      </div>
      <p className="tabular mt-2 text-muted text-sm">
        {t('{done} of {total}', { done, total })}
        {failed > 0 && `, ${t('of {count} not every size could be made', { count: failed })}`}
      </p>
    </Panel>
  )
}
