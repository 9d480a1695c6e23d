import { X } from 'lucide-react'
import { t } from '../languages/translate.ts'
import { IconButton } from '../ui/button.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { nameOfKey } from './key-names.ts'
import { keyGroups } from './keys.ts'

/** Every key, in a dialog. */
export function KeysHelp({ onClose }: { onClose: () => void }) {
  return (
    <Sheet title={t('Keys')} onClose={onClose} className="max-w-3xl">
      <header className="flex items-center justify-between border-line border-b py-3 pe-3 ps-6">
        <h2 className="font-semibold text-lg tracking-tight">{t('Keys')}</h2>
        <IconButton label={t('Close')} onClick={onClose}>
          <X aria-hidden />
        </IconButton>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard */}
      <section aria-label={t('All keys')} className="gap-10 overflow-y-auto p-6 sm:columns-2" tabIndex={0}>
        {keyGroups.map(({ name, keys }) => (
          <section key={name} className="mb-7 break-inside-avoid last:mb-0">
            <h3 className="mb-2 font-medium text-muted text-sm">{t(name)}</h3>
            <dl>
              {keys.map(({ press, does }) => (
                <div key={does} className="flex items-center justify-between gap-6 py-1.5 text-sm">
                  <dt>{t(does)}</dt>
                  <dd className="flex shrink-0 gap-1">
                    {press.map((key) => (
                      <kbd key={key} className="kbd">
                        {nameOfKey(key)}
                      </kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </section>
    </Sheet>
  )
}
