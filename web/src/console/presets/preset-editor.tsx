import type { PresetStateView } from '@rendition/contract'
import { Plus, Trash2 } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { t } from '../../languages/translate.ts'
import type { PresetBegun } from '../../state/preset-begun.ts'
import { usePresetActs } from '../../state/use-presets.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Panel } from '../../ui/page-frame.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { FormFault } from '../answer.tsx'
import { useSettled } from '../use-settled.ts'
import { Cost } from './cost.tsx'
import {
  type DraftPreset,
  differs,
  draftOf,
  missed,
  nameFault,
  requestOf,
  summaryOf,
  withNew,
} from './draft.ts'
import { PresetForm } from './preset-form.tsx'

interface PresetEditorProps {
  state: PresetStateView
  etag: string
  /** One more to begin with. */
  begun: PresetBegun | null
  onDone: () => void
}

const most = 50
const beginWith = (presets: PresetStateView['presets'], begun: PresetBegun | null): DraftPreset[] =>
  begun === null ? draftOf(presets) : withNew(draftOf(presets), begun)

const areNamed = (draft: readonly DraftPreset[]): boolean =>
  draft.every((preset) => nameFault(draft, preset) === undefined)

/** All presets as somebody edits them. Nothing is sent before it is applied. */
export function PresetEditor({ state, etag, begun, onDone }: PresetEditorProps) {
  // What the draft began from: others may change the presets meanwhile.
  const [from, setFrom] = useState({ presets: state.presets, etag })
  const [draft, setDraft] = useState(() => beginWith(state.presets, begun))
  const [open, setOpen] = useState(() => (begun === null ? null : (draft.at(-1)?.id ?? null)))
  const [note, setNote] = useState('')
  const { change } = usePresetActs()
  const settled = useSettled(draft)
  const isNamed = areNamed(draft)
  const isChanged = differs(draft, from.presets)
  const isOvertaken = etag !== from.etag
  const gone = missed(draft, from.presets)
  const settle = (id: number, to: Partial<DraftPreset>) =>
    setDraft(draft.map((preset) => (preset.id === id ? { ...preset, ...to } : preset)))
  const add = () => {
    const next = withNew(draft)
    setDraft(next)
    setOpen(next.at(-1)?.id ?? null)
  }
  const takeNew = () => {
    setFrom({ presets: state.presets, etag })
    const next = beginWith(state.presets, begun)
    setDraft(next)
    setOpen(begun === null ? null : (next.at(-1)?.id ?? null))
    change.reset()
  }
  const apply = (event: FormEvent) => {
    event.preventDefault()
    const presets = requestOf(draft)
    const wanted = { presets, ...(note.trim() === '' ? {} : { note: note.trim() }) }
    void change.act({ change: wanted, match: from.etag }).then((done) => done !== null && onDone())
  }
  return (
    <>
      <Panel
        title={t('Edit presets')}
        about={t('What is not in the list is no preset any more. Nothing happens until it is applied.')}
        action={<Button onClick={onDone}>{t('Cancel')}</Button>}
      >
        {isOvertaken && (
          <div role="status" className="mb-4 rounded-lg bg-accent-soft px-3 py-2 text-accent text-sm">
            <p>{t('The presets changed since this was begun, in another tab or by somebody else.')}</p>
            <div className="mt-2 flex flex-wrap gap-2">
              <Button onClick={takeNew}>{t('Begin from the new ones')}</Button>
              <Button onClick={() => setFrom({ presets: state.presets, etag })}>{t('Keep mine')}</Button>
            </div>
          </div>
        )}
        <ul aria-label={t('Presets')} className="divide-y divide-line">
          {draft.map((preset) => {
            const { id, name } = preset
            const label = name === '' ? t('New preset') : name
            const isOpen = open === id
            return (
              <li key={id} className="py-2.5">
                <div className="flex items-center gap-2">
                  <div className="min-w-0 flex-1">
                    <p className="truncate font-medium text-sm">{label}</p>
                    <p className="break-words text-muted text-xs">{summaryOf(preset)}</p>
                  </div>
                  <Button
                    aria-expanded={isOpen}
                    aria-label={t('Edit {name}', { name: label })}
                    onClick={() => setOpen(isOpen ? null : id)}
                  >
                    {t('Edit')}
                  </Button>
                  <IconButton
                    label={t('Remove {name}', { name: label })}
                    onClick={() => setDraft(draft.filter((other) => other.id !== id))}
                  >
                    <Trash2 aria-hidden />
                  </IconButton>
                </div>
                {isOpen && (
                  <PresetForm
                    preset={preset}
                    nameFault={nameFault(draft, preset)}
                    onChange={(to) => settle(id, to)}
                  />
                )}
              </li>
            )
          })}
        </ul>
        <Button className="mt-3" disabled={draft.length >= most} onClick={add}>
          <Plus aria-hidden className="size-4" /> {t('Add a preset')}
        </Button>
        {draft.length > most && (
          <p role="status" className="mt-2 text-danger text-sm">
            {t('There are {most} at most: remove one to add another.', { most })}
          </p>
        )}
      </Panel>
      <Panel title={t('Apply')}>
        <form onSubmit={apply} className="grid gap-4">
          {gone.length > 0 && (
            <p role="status" className="rounded-lg bg-accent-soft px-3 py-2 text-accent text-sm">
              {t('This page shows photos by {names}: without them it shows their colours in places.', {
                names: gone.join(', '),
              })}
            </p>
          )}
          {/* What was typed a moment ago may have no name yet, which the service would refuse. */}
          {isChanged && isNamed && areNamed(settled) ? (
            <Cost presets={requestOf(settled)} />
          ) : (
            <p className="text-muted text-sm">
              {isNamed && !isChanged ? t('Nothing is changed yet.') : t('A preset has no usable name yet.')}
            </p>
          )}
          <TextField
            label={t('Note')}
            hint={t('For the list of sets: why, in a few words.')}
            value={note}
            maxLength={200}
            onChange={(event) => setNote(event.target.value)}
            className="max-w-md"
          />
          <FormFault error={change.error} />
          <Button
            type="submit"
            look="primary"
            className="h-11 justify-self-start"
            disabled={!isChanged || !isNamed || draft.length > most || isOvertaken || change.isPending}
          >
            {t('Apply to all photos')}
          </Button>
        </form>
      </Panel>
    </>
  )
}
