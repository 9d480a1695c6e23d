import type { EventType } from '@rendition/contract'
import { t } from '../../languages/translate.ts'
import { CheckBox } from '../../ui/check-box.tsx'
import { eventGroups, eventTexts } from './event-groups.ts'

interface EventPickerProps {
  /** null: every one but the progress of jobs. */
  types: readonly EventType[] | null
  onChange: (types: EventType[] | null) => void
}

/** Which events are sent. */
export function EventPicker({ types, onChange }: EventPickerProps) {
  const tick = (type: EventType, on: boolean) => {
    const rest = (types ?? []).filter((other) => other !== type)
    onChange(on ? [...rest, type] : rest)
  }
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1 font-medium text-sm">{t('Events')}</legend>
      <CheckBox
        checked={types === null}
        onChange={(all) => onChange(all ? null : ['image.complete', 'image.failed'])}
        label={t('Everything that happens')}
        hint={t('Also events that are added later, but for the progress of jobs.')}
      />
      {types !== null && (
        <div className="mt-3 grid gap-x-6 gap-y-4 sm:grid-cols-2 lg:grid-cols-3">
          {eventGroups.map(({ name, types: members }) => (
            <fieldset key={name} className="min-w-0">
              <legend className="text-muted text-xs">{t(name)}</legend>
              {members.map((type) => (
                <CheckBox
                  key={type}
                  checked={types.includes(type)}
                  onChange={(on) => tick(type, on)}
                  label={<code className="font-medium text-[0.8125rem]">{type}</code>}
                  hint={t(eventTexts[type])}
                />
              ))}
            </fieldset>
          ))}
        </div>
      )}
    </fieldset>
  )
}
