import type { Version } from '@rendition/contract'
import { formatPixels, formatTime } from '../../format.ts'
import type { Phrase } from '../../languages/catalogue.ts'
import { t } from '../../languages/translate.ts'
import { describeStep } from '../../state/describe-step.ts'
import { Button } from '../../ui/button.tsx'
import { readRecipe } from '../model/session.ts'
import type { PanelProps } from './panels.tsx'

/** Every version there is, each to be gone back to. Restoring makes a new one: nothing is ever lost. */
export function VersionsPanel({ edit, history, acts }: PanelProps) {
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
      <p className="text-muted text-xs leading-relaxed">
        {t('Restoring appends a version; the others stay.')}
        {edit.changed && ` ${t('What is not saved yet is kept as a draft of the new one.')}`}
      </p>
      <ol aria-label={t('Versions')} className="grid grid-cols-[minmax(0,1fr)] gap-1">
        {history.versions.map((version) => (
          <li
            key={version.version}
            aria-current={version.current}
            data-version={version.version}
            className="flex items-center gap-2 rounded-lg border border-line bg-ground p-2 ps-3 aria-[current=true]:border-accent"
          >
            <div className="min-w-0 flex-1">
              <p className="text-sm">
                <span className="font-medium">{t('Version {version}', { version: version.version })}</span>
                {version.current && <span className="text-accent"> · {t('now')}</span>}
              </p>
              <p className="truncate text-muted text-xs">{describe(version)}</p>
              <p className="tabular text-muted text-xs">
                {formatPixels(version.width, version.height)} · {formatTime(version.createdAt)}
              </p>
            </div>
            {!version.current && (
              <Button
                className="h-9! px-3! text-xs!"
                disabled={acts.isPending}
                aria-label={t('Restore version {version}', { version: version.version })}
                onClick={() => void acts.restore(version.version)}
              >
                {t('Restore')}
              </Button>
            )}
          </li>
        ))}
      </ol>
    </div>
  )
}

const causes = {
  upload: 'As uploaded',
  replace: 'A new original',
  transform: null,
  restore: 'Restored',
} as const satisfies Record<Version['cause'], Phrase | null>

function describe({ cause, recipe }: Version): string {
  const names = recipe === null ? [] : readRecipe(recipe).operations.map((op) => describeStep(op).name)
  const what = [...new Set(names)].join(', ')
  const why = causes[cause]
  return [why === null ? '' : t(why), what].filter((part) => part !== '').join(': ') || t('The original')
}
