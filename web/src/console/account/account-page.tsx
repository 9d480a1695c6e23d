import { t } from '../../languages/translate.ts'
import { useMayChange } from '../../state/account-scope.tsx'
import { PageFrame } from '../../ui/page-frame.tsx'
import { DevicesPanel } from './devices-panel.tsx'
import { ErasePanel } from './erase-panel.tsx'
import { ExportPanel } from './export-panel.tsx'
import { LanguagePanel } from './language-panel.tsx'
import { NotificationsPanel } from './notifications-panel.tsx'
import { PasswordPanel } from './password-panel.tsx'
import { ProfilePanel } from './profile-panel.tsx'

/** Who one is here, how one signs in and where, and the way out for good. */
export default function AccountPage() {
  const mayChange = useMayChange()
  return (
    <PageFrame
      title={t('Account')}
      about={t('Your names, your password, where you are signed in, and all you have to take along.')}
    >
      <ProfilePanel mayChange={mayChange} />
      <PasswordPanel />
      <DevicesPanel />
      <LanguagePanel />
      <NotificationsPanel />
      <ExportPanel />
      {mayChange && <ErasePanel />}
    </PageFrame>
  )
}
