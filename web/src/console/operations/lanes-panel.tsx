import type { Lane } from '@rendition/contract'
import { useState } from 'react'
import { formatTime } from '../../format.ts'
import { laneNames } from '../../jobs/job-texts.ts'
import { formatNumber } from '../../languages/numbers.ts'
import { t } from '../../languages/translate.ts'
import { useLaneAct, useLanes } from '../../state/use-operations.ts'
import { agoOf } from '../../time-texts.ts'
import { Button } from '../../ui/button.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { Panel } from '../../ui/page-frame.tsx'
import { Answer } from '../answer.tsx'
import { Badge } from '../code.tsx'
import { useClock } from '../use-clock.ts'
import { Figure } from './figure.tsx'

/** Both lanes of the queue, and a way to hold each. */
export function LanesPanel() {
  const lanes = useLanes()
  const now = useClock()
  return (
    <Panel
      title={t('Lanes')}
      about={t('What waits and what runs, over all accounts. The fast lane is always served first.')}
    >
      <Answer of={lanes} what={t('Lanes')}>
        <ul aria-label={t('Lanes')} className="grid gap-6">
          {lanes.data?.items.map((lane) => (
            <LaneRow key={lane.lane} lane={lane} now={now} />
          ))}
        </ul>
      </Answer>
    </Panel>
  )
}

function LaneRow({ lane, now }: { lane: Lane; now: number }) {
  const [asking, setAsking] = useState(false)
  const { act, isPending } = useLaneAct()
  const { pausedSince, oldestAt } = lane
  const name = t(laneNames[lane.lane])
  return (
    <li data-lane={lane.lane}>
      <div className="mb-3 flex flex-wrap items-center gap-3">
        <h3 className="flex-1 font-medium text-sm">{name}</h3>
        {pausedSince !== null && (
          <Badge look="busy">{t('Paused since {time}', { time: formatTime(pausedSince) })}</Badge>
        )}
        {pausedSince === null ? (
          <Button
            disabled={isPending}
            aria-label={t('Pause: {lane}', { lane: name })}
            onClick={() => setAsking(true)}
          >
            {t('Pause')}
          </Button>
        ) : (
          <Button
            disabled={isPending}
            aria-label={t('Go on: {lane}', { lane: name })}
            onClick={() => void act({ lane: lane.lane, paused: false })}
          >
            {t('lane|Go on')}
          </Button>
        )}
      </div>
      <dl className="grid grid-cols-2 gap-5 sm:grid-cols-5">
        <Figure term={t('Waiting')} value={formatNumber(lane.waiting)} />
        <Figure term={t('Running')} value={formatNumber(lane.running)} />
        <Figure term={t('Waits longest')} value={oldestAt === null ? '–' : agoOf(oldestAt, now)} />
        <Figure term={t('Done in a minute')} value={formatNumber(lane.finished)} />
        <Figure term={t('Failed in a minute')} value={formatNumber(lane.failed)} />
      </dl>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t('Pause: {lane}', { lane: name })}
        action={t('Pause')}
        look="primary"
        onConfirm={() => void act({ lane: lane.lane, paused: true })}
      >
        {t('Nothing more of it is begun, of any account, until it goes on. What runs goes on to its end.')}
      </ConfirmDialog>
    </li>
  )
}
