import type { Phrase } from '../languages/catalogue.ts'
import { t } from '../languages/translate.ts'
import { PageFrame } from '../ui/page-frame.tsx'

/** In the place of a page, for somebody whose role has none of what is on it. */
export default function NotShown({ title, why }: { title: Phrase; why: Phrase }) {
  return (
    <PageFrame title={t(title)}>
      <p className="text-muted text-sm">{t(why)}</p>
    </PageFrame>
  )
}
