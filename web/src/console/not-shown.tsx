import type { Phrase } from '../languages/catalogue.ts'
import { t } from '../languages/translate.ts'
import { ConsolePage } from './console-page.tsx'

/** In the place of a page, for somebody whose role has none of what is on it. */
export default function NotShown({ title, why }: { title: Phrase; why: Phrase }) {
  return (
    <ConsolePage title={t(title)}>
      <p className="text-muted text-sm">{t(why)}</p>
    </ConsolePage>
  )
}
