import type { PartState } from '@rendition/contract'
import { formatBytes } from '../../format.ts'
import { useService, useStats } from '../../state/use-admin.ts'
import { Answer } from '../answer.tsx'
import { Badge } from '../code.tsx'
import { ConsolePage, Panel } from '../console-page.tsx'
import { roleNames } from './role-names.ts'

const states: Record<PartState['status'], { text: string; look: 'good' | 'busy' | 'bad' }> = {
  ok: { text: 'Works', look: 'good' },
  degraded: { text: 'Degraded', look: 'busy' },
  down: { text: 'Away', look: 'bad' },
}
const numbers = new Intl.NumberFormat('en')

/** How the service is, and how much there is in it. */
export default function ServicePage() {
  const service = useService()
  const stats = useStats()
  const { data } = service
  return (
    <ConsolePage
      title="Service"
      about="How its parts are, looked at every five seconds, and how much there is."
    >
      <Panel
        title="Health"
        action={
          data !== undefined && (
            <Badge look={data.readiness.status === 'ready' ? 'good' : 'bad'}>
              {data.readiness.status === 'ready' ? 'Ready' : 'Not ready'}
            </Badge>
          )
        }
      >
        <Answer of={service} what="the health">
          {data !== undefined && (
            <>
              <ul aria-label="Parts" className="divide-y divide-line">
                {Object.entries(data.readiness.parts).map(([name, { status, detail }]) => (
                  <li key={name} className="flex items-center gap-3 py-2.5">
                    <div className="min-w-0 flex-1">
                      <p className="font-medium text-sm first-letter:uppercase">{name}</p>
                      {detail !== undefined && <p className="break-words text-muted text-xs">{detail}</p>}
                    </div>
                    <Badge look={states[status].look}>{states[status].text}</Badge>
                  </li>
                ))}
              </ul>
              <p className="tabular mt-4 text-muted text-xs">
                Version {data.version}, running for {spanOf(data.uptime)}. Of the process that answered.
              </p>
            </>
          )}
        </Answer>
      </Panel>
      <Panel title="How much there is">
        <Answer of={stats} what="the figures">
          {stats.data !== undefined && (
            <dl className="grid grid-cols-2 gap-5 sm:grid-cols-4">
              <Figure term="Accounts" value={numbers.format(stats.data.users.total)} />
              {(['admin', 'user', 'viewer'] as const).map((role) => (
                <Figure
                  key={role}
                  term={`${roleNames[role]}s`}
                  value={numbers.format(stats.data.users.byRole[role])}
                />
              ))}
              <Figure term="Deactivated" value={numbers.format(stats.data.users.disabled)} />
              <Figure term="Signed-in devices" value={numbers.format(stats.data.sessions)} />
              <Figure term="API keys" value={numbers.format(stats.data.apiKeys)} />
              {Object.entries(stats.data.images).map(([name, value]) => (
                <Figure
                  key={name}
                  term={wordsOf(name)}
                  value={name.endsWith('Bytes') ? formatBytes(value) : numbers.format(value)}
                />
              ))}
            </dl>
          )}
        </Answer>
      </Panel>
    </ConsolePage>
  )
}

function Figure({ term, value }: { term: string; value: string }) {
  return (
    <div>
      <dt className="text-muted text-xs">{term}</dt>
      <dd className="tabular font-semibold text-xl tracking-tight">{value}</dd>
    </div>
  )
}

/** `renditionBytes` → `Rendition bytes` */
const wordsOf = (name: string): string => {
  const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`
}

function spanOf(seconds: number): string {
  const minutes = Math.floor(seconds / 60)
  if (minutes < 1) return 'less than a minute'
  if (minutes < 120) return `${minutes} minutes`
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? `${hours} hours` : `${Math.floor(hours / 24)} days`
}
