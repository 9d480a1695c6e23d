import { formatBytes } from '../../format.ts'
import { formatNumber } from '../../languages/numbers.ts'
import { t } from '../../languages/translate.ts'
import { useProcesses } from '../../state/use-operations.ts'
import { Panel } from '../../ui/page-frame.tsx'
import { Answer } from '../answer.tsx'
import { hitRate } from './steps.ts'

/** Where each process found what it answered, and how much room its disk has. */
export function ByProcess() {
  const processes = useProcesses()
  const alive = processes.data?.items.filter(({ state }) => state === 'alive') ?? []
  const heads = [t('Memory of a process'), t('Redis'), t('Files'), t('Rendered'), t('Hits'), t('Free disk')]
  return (
    <Panel title={t('By process')}>
      <Answer of={processes} what={t('By process')}>
        <section
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard.
          tabIndex={0}
          aria-label={t('Hits and free disk')}
          className="overflow-x-auto"
        >
          <table className="tabular w-full min-w-xl text-sm">
            <thead>
              <tr className="text-muted text-xs">
                <th scope="col" className="py-1 pe-3 text-start font-medium">
                  {t('Process')}
                </th>
                {heads.map((head) => (
                  <th key={head} scope="col" className="py-1 ps-3 text-end font-medium">
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {alive.map(({ id, host, pid, roles, layers, disk }) => {
                const rate = hitRate(layers)
                return (
                  <tr key={id} className="border-line border-t">
                    <th scope="row" className="max-w-48 truncate py-1.5 pe-3 text-start font-normal">
                      {`${roles.join(', ')} · ${host} · ${pid}`}
                    </th>
                    {[layers.memory, layers.cache, layers.storage, layers.render].map((count, at) => (
                      <td key={heads[at]} className="py-1.5 ps-3 text-end">
                        {formatNumber(count)}
                      </td>
                    ))}
                    <td className="py-1.5 ps-3 text-end">
                      {rate === null ? '–' : formatNumber(rate, { style: 'percent' })}
                    </td>
                    <td className={`py-1.5 ps-3 text-end ${disk?.full === true ? 'text-danger' : ''}`}>
                      {disk === null ? '–' : formatBytes(disk.freeBytes)}
                    </td>
                  </tr>
                )
              })}
            </tbody>
          </table>
        </section>
      </Answer>
    </Panel>
  )
}
