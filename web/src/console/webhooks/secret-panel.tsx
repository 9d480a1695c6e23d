import { t } from '../../languages/translate.ts'
import { ShownOnce, Snippets } from '../code.tsx'
import { verifySnippets } from './verify-snippets.ts'

/** A webhook's secret, in the one moment in which it is there, and how a message is judged by it. */
export function WebhookSecret({ secret }: { secret: string }) {
  return (
    <div className="grid gap-4 *:min-w-0">
      <ShownOnce
        label={t('Signing secret')}
        secret={secret}
        about={t('Copy it now: it is not shown again. Whoever has it can make messages that look like ours.')}
      />
      <div>
        <h3 className="mb-2 font-medium text-sm">{t('Check that a message is from here')}</h3>
        <Snippets label={t('How to verify')} snippets={verifySnippets} />
      </div>
    </div>
  )
}
