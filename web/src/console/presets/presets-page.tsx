import { useState } from 'react'
import { formatSizeName, formatTime } from '../../format.ts'
import { t } from '../../languages/translate.ts'
import { usePresetBegun } from '../../state/preset-begun.ts'
import { usePresets } from '../../state/use-presets.ts'
import { Button } from '../../ui/button.tsx'
import { PageFrame, Panel } from '../../ui/page-frame.tsx'
import { Answer } from '../answer.tsx'
import { Badge } from '../code.tsx'
import { Coming } from './coming.tsx'
import { summaryOf } from './draft.ts'
import { PresetEditor } from './preset-editor.tsx'
import { SetsPanel } from './sets-panel.tsx'

/** The presets of the installation: what is in force, what is coming, editing, and going back. */
export default function PresetsPage() {
  const query = usePresets()
  const { read, end } = usePresetBegun()
  const [begun, setBegun] = useState(read)
  const [editing, setEditing] = useState(begun !== null)
  const close = () => {
    end()
    setBegun(null)
    setEditing(false)
  }
  const { data } = query
  const isData = data?.state.source === 'data'
  return (
    <PageFrame
      wide
      title={t('Presets')}
      about={t(
        'The sizes that are made of every upload. Other sizes are made when somebody first asks for them.',
      )}
    >
      <Answer of={query} what={t('presets')}>
        {data !== undefined && (
          <>
            {data.state.coming !== null && <Coming state={data.state} etag={data.etag} />}
            {editing && isData ? (
              <PresetEditor state={data.state} etag={data.etag} begun={begun} onDone={close} />
            ) : (
              <Panel
                title={t('In force')}
                about={
                  data.state.inForceSince === null || data.state.version === null
                    ? undefined
                    : t('Set {number}, since {time}.', {
                        number: data.state.version,
                        time: formatTime(data.state.inForceSince),
                      })
                }
                action={isData && <Button onClick={() => setEditing(true)}>{t('Edit')}</Button>}
              >
                {!isData && (
                  <p className="mb-3 rounded-lg bg-accent-soft px-3 py-2 text-accent text-sm">
                    {t(
                      'The variable PRESETS of this installation sets them. They are changed there, or here when it is taken away.',
                    )}
                  </p>
                )}
                <ul aria-label={t('Presets')} className="divide-y divide-line">
                  {data.state.presets.map((preset) => (
                    <li key={preset.name} className="flex flex-wrap items-baseline gap-x-3 py-2.5">
                      <span className="font-medium text-sm">{preset.name}</span>
                      <span className="text-muted text-sm">{summaryOf(preset)}</span>
                    </li>
                  ))}
                  <li className="flex flex-wrap items-baseline gap-x-3 py-2.5">
                    <span className="font-medium text-sm">{formatSizeName('original')}</span>
                    <span className="min-w-0 flex-1 text-muted text-sm">{t('the file itself')}</span>
                    <Badge look="plain">{t('always there')}</Badge>
                  </li>
                </ul>
              </Panel>
            )}
            {isData && <SetsPanel state={data.state} etag={data.etag} />}
          </>
        )}
      </Answer>
    </PageFrame>
  )
}
