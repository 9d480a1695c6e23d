import type { Image, Version } from '@rendition/contract'
import { RotateCcw } from 'lucide-react'
import { useState } from 'react'
import { formatPixels, formatTime } from '../format.ts'
import type { Phrase } from '../languages/catalogue.ts'
import { t } from '../languages/translate.ts'
import { useRestoreVersion } from '../state/image-facts.ts'
import { IconButton } from '../ui/button.tsx'
import { Section } from './section.tsx'

const causes: Readonly<Record<Version['cause'], Phrase>> = {
  upload: 'Uploaded',
  replace: 'Replaced',
  transform: 'Edited',
  restore: 'Restored',
}

interface HistoryProps {
  image: Image
  versions: readonly Version[]
  mayChange: boolean
}

/** The versions there are, each of which can be the current one again: that appends it, and nothing is lost. */
export function History({ image, versions, mayChange }: HistoryProps) {
  const restore = useRestoreVersion(image.id)
  const [busy, setBusy] = useState(false)
  if (versions.length < 2) return null
  const onRestore = async (version: number) => {
    setBusy(true)
    await restore(version)
    setBusy(false)
  }
  return (
    <Section title={t('Versions')}>
      <ol className="grid gap-1" aria-label={t('Versions')}>
        {versions.map(({ version, cause, width, height, createdAt, current }) => (
          <li key={version} className="flex min-h-10 items-center gap-3 text-sm">
            <span className="tabular w-6 shrink-0 text-muted">{version}</span>
            <span className="min-w-0 flex-1">
              {t(causes[cause])}
              {current && (
                <span className="ms-2 rounded-full bg-accent-soft px-2 py-0.5 text-accent text-xs">
                  {t('now')}
                </span>
              )}
              <span className="tabular block truncate text-muted text-xs">
                {formatPixels(width, height)} · {formatTime(createdAt)}
              </span>
            </span>
            {mayChange && !current && (
              <IconButton
                label={t('Restore version {version}', { version })}
                disabled={busy}
                onClick={() => void onRestore(version)}
              >
                <RotateCcw aria-hidden />
              </IconButton>
            )}
          </li>
        ))}
      </ol>
    </Section>
  )
}
