import type { Setting } from '@rendition/contract'
import { useState } from 'react'
import type { Phrase } from '../../languages/catalogue.ts'
import { t } from '../../languages/translate.ts'
import { useReleases, useSettings } from '../../state/use-operations.ts'
import { useSettingTexts } from '../../state/use-setting-texts.ts'
import { CheckBox } from '../../ui/check-box.tsx'
import { PageFrame, Panel } from '../../ui/page-frame.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { Answer } from '../answer.tsx'
import { Badge } from '../code.tsx'

const sources: Record<Setting['source'], Phrase> = {
  default: 'Default',
  environment: 'Environment',
  file: 'From a file',
}

/** The configuration as it is in force, and what is new in the version that runs. */
export default function SettingsPage() {
  const settings = useSettings()
  const said = useSettingTexts()
  const [typed, setTyped] = useState('')
  const [onlySet, setOnlySet] = useState(false)
  const found = (settings.data?.items ?? []).filter(
    ({ name, description, source }) =>
      `${name} ${said(description) ?? description}`.toLowerCase().includes(typed.trim().toLowerCase()) &&
      (!onlySet || source !== 'default'),
  )
  return (
    <PageFrame
      title={t('Settings')}
      about={t(
        'The configuration that is in force in the process that answers. It is changed where the service is started.',
      )}
    >
      <Releases />
      <Panel
        title={t('Configuration')}
        about={t('Roles of this process: {roles}.', { roles: settings.data?.roles.join(', ') ?? '…' })}
      >
        <div className="mb-3 flex flex-wrap items-end gap-x-6 gap-y-2">
          <TextField
            label={t('Search')}
            type="search"
            maxLength={100}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            className="max-w-sm flex-1"
          />
          <CheckBox checked={onlySet} onChange={setOnlySet} label={t('Only what is set')} />
        </div>
        <Answer of={settings} what={t('Configuration')}>
          {found.length === 0 && (
            <p className="py-8 text-center text-muted text-sm">{t('No variable matches.')}</p>
          )}
          <ul aria-label={t('Configuration')} className="divide-y divide-line">
            {found.map((setting) => (
              <SettingRow key={setting.name} setting={setting} said={said(setting.description)} />
            ))}
          </ul>
        </Answer>
      </Panel>
    </PageFrame>
  )
}

function SettingRow({ setting, said }: { setting: Setting; said: string | undefined }) {
  const { name, description, value, source, secret } = setting
  const hidden = secret && value === null && source !== 'default'
  return (
    <li data-setting={name} className="py-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <p className="min-w-0 flex-1 basis-52 break-words font-medium font-mono text-[0.8125rem]">{name}</p>
        <Badge look={source === 'default' ? 'plain' : 'busy'}>{t(sources[source])}</Badge>
      </div>
      <p className="tabular mt-1 break-all font-mono text-[0.8125rem]">
        {hidden ? (
          <span className="text-muted">{t('set, and hidden')}</span>
        ) : (
          (value ?? <span className="text-muted">{t('not set')}</span>)
        )}
      </p>
      <p lang={said === undefined ? 'en' : undefined} className="mt-1 text-muted text-xs">
        {said ?? description}
      </p>
    </li>
  )
}

/** What changed, as CHANGELOG.md of this version says it. */
function Releases() {
  const releases = useReleases()
  const { data } = releases
  return (
    <Panel
      title={t('Version')}
      about={data === undefined ? undefined : t('Version {version} runs here.', { version: data.version })}
    >
      <Answer of={releases} what={t('Version')}>
        {data?.items.length === 0 && (
          <p className="text-muted text-sm">{t('What is new was not shipped with this installation.')}</p>
        )}
        {data?.items.map(({ name, sections }) => (
          <details key={name} className="border-line border-t py-3 first:border-t-0 first:pt-0">
            <summary className="w-fit rounded font-medium text-sm">
              {t('What is new: {name}', { name })}
            </summary>
            {sections.map(({ title, entries }) => (
              <section key={title} lang="en" aria-label={title} className="mt-3">
                <h3 className="font-medium text-muted text-xs">{title}</h3>
                <ul className="mt-1 list-disc space-y-1 ps-5 text-sm">
                  {entries.map((entry) => (
                    <li key={entry} className="break-words">
                      {entry}
                    </li>
                  ))}
                </ul>
              </section>
            ))}
          </details>
        ))}
      </Answer>
    </Panel>
  )
}
