import { Link } from 'wouter'
import { t } from '../languages/translate.ts'
import { PageFrame } from '../ui/page-frame.tsx'

/** Within the frame: the way on is beside it, and here. */
export default function NoSuchPage() {
  return (
    <PageFrame title={t('There is no such page')}>
      <p className="text-muted text-sm">
        {t('The address may have been mistyped, or what was there is gone.')}{' '}
        <Link href="/" className="underline decoration-line-strong underline-offset-4 hover:decoration-ink">
          {t('Go to your photos')}
        </Link>
      </p>
    </PageFrame>
  )
}
