import type { PartState, Role } from '@rendition/contract'
import { formatBytes } from '../../format.ts'
import type { Phrase } from '../../languages/catalogue.ts'
import { formatNumber } from '../../languages/numbers.ts'
import { plural, t } from '../../languages/translate.ts'
import { useService, useStats } from '../../state/use-admin.ts'
import { PageFrame, Panel } from '../../ui/page-frame.tsx'
import { Answer } from '../answer.tsx'
import { Badge } from '../code.tsx'
import { Figure } from '../operations/figure.tsx'
import { HistoryPanel } from '../operations/history-panel.tsx'
import { ProcessesPanel } from '../operations/processes-panel.tsx'
import { partName } from '../part-names.ts'

const states: Record<PartState['status'], { text: Phrase; look: 'good' | 'busy' | 'bad' }> = {
  ok: { text: 'Works', look: 'good' },
  degraded: { text: 'Degraded', look: 'busy' },
  down: { text: 'Away', look: 'bad' },
}

const roleFigures: Record<Role, Phrase> = { admin: 'Administrators', user: 'Users', viewer: 'Viewers' }

/** How the service is, and how much there is in it. */
export default function ServicePage() {
  const service = useService()
  const stats = useStats()
  const { data } = service
  return (
    <PageFrame
      title={t('Service')}
      about={t('How its parts are, looked at every five seconds, and how much there is.')}
    >
      <Panel
        title={t('Health')}
        action={
          data !== undefined && (
            <Badge look={data.readiness.status === 'ready' ? 'good' : 'bad'}>
              {data.readiness.status === 'ready' ? t('Ready') : t('Not ready')}
            </Badge>
          )
        }
      >
        <Answer of={service} what={t('the health')}>
          {data !== undefined && (
            <>
              <ul aria-label={t('Parts')} className="divide-y divide-line">
                {Object.entries(data.readiness.parts).map(([name, { status, detail }]) => (
                  <li key={name} className="flex items-center gap-3 py-2.5">
                    <div className="min-w-0 flex-1">
                      <p className="font-medium text-sm first-letter:uppercase">{partName(name)}</p>
                      {detail !== undefined && <p className="break-words text-muted text-xs">{detail}</p>}
                    </div>
                    <Badge look={states[status].look}>{t(states[status].text)}</Badge>
                  </li>
                ))}
              </ul>
              <p className="tabular mt-4 text-muted text-xs">
                {t('Version {version}, running for {uptime}. Of the process that answered.', {
                  version: data.version,
                  uptime: spanOf(data.uptime),
                })}
              </p>
            </>
          )}
        </Answer>
      </Panel>
      <ProcessesPanel />
      <HistoryPanel />
      <Panel title={t('How much there is')}>
        <Answer of={stats} what={t('the figures')}>
          {stats.data !== undefined && (
            <dl className="grid grid-cols-2 gap-5 sm:grid-cols-4">
              <Figure term={t('Accounts')} value={formatNumber(stats.data.users.total)} />
              {(['admin', 'user', 'viewer'] as const).map((role) => (
                <Figure
                  key={role}
                  term={t(roleFigures[role])}
                  value={formatNumber(stats.data.users.byRole[role])}
                />
              ))}
              <Figure term={t('Deactivated')} value={formatNumber(stats.data.users.disabled)} />
              <Figure term={t('Signed-in devices')} value={formatNumber(stats.data.sessions)} />
              <Figure term={t('API keys')} value={formatNumber(stats.data.apiKeys)} />
              {Object.entries(stats.data.images).map(([name, value]) => (
                <Figure
                  key={name}
                  term={figureName(name)}
                  value={name.endsWith('Bytes') ? formatBytes(value) : formatNumber(value)}
                />
              ))}
            </dl>
          )}
        </Answer>
      </Panel>
    </PageFrame>
  )
}

/** What is counted of images; what a newer service counts besides has its own name. */
const imageFigures: Readonly<Record<string, Phrase>> = {
  images: 'Images',
  originalBytes: 'Original bytes',
  renditions: 'Renditions',
  renditionBytes: 'Rendition bytes',
}

function figureName(name: string): string {
  const known = Object.hasOwn(imageFigures, name) ? imageFigures[name] : undefined
  return known === undefined ? name : t(known)
}

function spanOf(seconds: number): string {
  const minutes = Math.floor(seconds / 60)
  if (minutes < 1) return t('less than a minute')
  if (minutes < 120) return plural(minutes, '{count} minute', '{count} minutes')
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return plural(hours, '{count} hour', '{count} hours')
  return plural(Math.floor(hours / 24), '{count} day', 'uptime|{count} days')
}
