import type { PurgeRequest } from '@rendition/client'
import type { CachePurge } from '@rendition/contract'
import { type FormEvent, useState } from 'react'
import { formatBytes, formatTime } from '../../format.ts'
import type { Phrase } from '../../languages/catalogue.ts'
import { plural, t } from '../../languages/translate.ts'
import { usePurgeActs, usePurges } from '../../state/use-operations.ts'
import { Button } from '../../ui/button.tsx'
import { CheckBox } from '../../ui/check-box.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { Panel } from '../../ui/page-frame.tsx'
import { SelectField } from '../../ui/select-field.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { Answer, FormFault, More } from '../answer.tsx'
import { Badge } from '../code.tsx'

type What = CachePurge['what']
const whats: Record<What, Phrase> = {
  image: 'An image',
  tag: 'A tag',
  preset: 'A preset',
  all: 'Everything',
}
const valueNames: Record<Exclude<What, 'all'>, Phrase> = {
  image: 'Id of the image',
  tag: 'Tag',
  preset: 'Name of the preset',
}
const states: Record<CachePurge['status'], { text: Phrase; look: 'good' | 'busy' | 'bad' | 'plain' }> = {
  running: { text: 'Running', look: 'busy' },
  complete: { text: 'Done', look: 'good' },
  failed: { text: 'Failed', look: 'bad' },
  cancelled: { text: 'Cancelled', look: 'plain' },
}

/** Has pictures made anew, and shows how far that is. */
export function PurgesPanel() {
  const purges = usePurges()
  const items = purges.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Panel
      title={t('Purge')}
      about={t(
        'What was made goes, in every process and in caches in front that are told, and comes again when it is asked for. Originals are never touched.',
      )}
    >
      <PurgeForm />
      <Answer of={purges} what={t('Purges')}>
        {items.length > 0 && (
          <ul aria-label={t('Purges')} className="mt-6 divide-y divide-line border-line border-t">
            {items.map((purge) => (
              <PurgeRow key={purge.id} purge={purge} />
            ))}
          </ul>
        )}
        <More of={purges} label={t('Show older purges')} />
      </Answer>
    </Panel>
  )
}

function PurgeForm() {
  const [what, setWhat] = useState<What>('tag')
  const [value, setValue] = useState('')
  const [presets, setPresets] = useState(false)
  const [asking, setAsking] = useState(false)
  const { ask } = usePurgeActs()
  const send = async () => {
    const wanted: PurgeRequest = what === 'all' ? { what, presets } : { what, value: value.trim(), presets }
    if ((await ask.act(wanted)) !== null) setValue('')
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (what === 'all' || presets) setAsking(true)
    else void send()
  }
  return (
    <form onSubmit={submit} className="grid max-w-lg gap-4">
      <div className="flex flex-wrap gap-3">
        <SelectField
          label={t('What is purged')}
          value={what}
          options={(Object.keys(whats) as What[]).map((name) => ({ value: name, label: t(whats[name]) }))}
          onChoose={(chosen) => setWhat(chosen as What)}
        />
        {what !== 'all' && (
          <TextField
            label={t(valueNames[what])}
            value={value}
            required
            maxLength={64}
            autoComplete="off"
            onChange={(event) => setValue(event.target.value)}
            className="min-w-48 flex-1"
          />
        )}
      </div>
      <CheckBox
        checked={presets}
        onChange={setPresets}
        label={t('The files of presets too')}
        hint={t('Jobs of the bulk lane make them again; until then images lack these sizes.')}
      />
      <FormFault error={ask.error} />
      <div>
        <Button type="submit" look="primary" disabled={ask.isPending}>
          {t('Purge')}
        </Button>
      </div>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t('Purge: {what}', { what: t(whats[what]) })}
        action={t('Purge')}
        onConfirm={() => void send()}
      >
        {t('Every picture of it is rendered anew: expect load until what is asked for often is there again.')}
      </ConfirmDialog>
    </form>
  )
}

function PurgeRow({ purge }: { purge: CachePurge }) {
  const { stop } = usePurgeActs()
  const { what, value, presets, status, images, renditions, bytes, seen, createdAt } = purge
  const name = value === null ? t(whats[what]) : `${t(whats[what])}: ${value}`
  return (
    <li data-purge={purge.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-3">
      <div className="min-w-0 flex-1 basis-52">
        <p className="truncate font-medium text-sm">
          {name} {presets && <span className="font-normal text-muted">{t('with presets')}</span>}
        </p>
        <p className="tabular text-muted text-xs">
          {formatTime(createdAt)} · {plural(seen, '{count} image looked at', '{count} images looked at')} ·{' '}
          {t('{images} purged', { images })} ·{' '}
          {plural(renditions, '{count} file, {bytes}', '{count} files, {bytes}', {
            bytes: formatBytes(bytes),
          })}
        </p>
      </div>
      <Badge look={states[status].look}>{t(states[status].text)}</Badge>
      {status === 'running' && (
        <Button aria-label={t('Stop the purge: {what}', { what: name })} onClick={() => void stop.act(purge)}>
          {t('Stop')}
        </Button>
      )}
    </li>
  )
}
