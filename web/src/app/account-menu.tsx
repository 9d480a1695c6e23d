import { BookOpen, CircleUserRound, ListChecks, LogOut } from 'lucide-react'
import { useLocation } from 'wouter'
import type { Phrase } from '../languages/catalogue.ts'
import { languageChoices, nameOfChoice, useLanguageChoice } from '../languages/language.ts'
import { t } from '../languages/translate.ts'
import { useAccount, useUser } from '../state/account-scope.tsx'
import { useSpeech } from '../state/use-speech.ts'
import { IconButton } from '../ui/button.tsx'
import { Menu, MenuChoice, MenuItem, MenuLine, MenuLink } from '../ui/menu.tsx'
import { signOut } from './sign-out.ts'
import { chooseTheme, type Theme, themes, useTheme } from './theme.ts'

const themeNames = {
  system: 'As the system',
  light: 'appearance|Light',
  dark: 'Dark',
} as const satisfies Record<Theme, Phrase>

/** Who is signed in, how the page looks and speaks, the way out. */
export function AccountMenu() {
  const account = useAccount()
  const user = useUser()
  const theme = useTheme()
  const language = useLanguageChoice()
  const speak = useSpeech()
  const [, navigate] = useLocation()
  return (
    <Menu
      trigger={
        <IconButton label={t('Account and appearance')}>
          <CircleUserRound aria-hidden />
        </IconButton>
      }
    >
      {user !== undefined && (
        <>
          <p className="max-w-64 truncate px-2.5 pt-1.5 pb-2 text-sm">
            <span className="block text-muted text-xs">{t('Signed in as')}</span>
            {user.email ?? user.username}
          </p>
          <MenuLine />
        </>
      )}
      <MenuChoice
        label={t('Appearance')}
        value={theme}
        onChoose={chooseTheme}
        options={themes.map((value) => ({ value, label: t(themeNames[value]) }))}
      />
      <MenuLine />
      <MenuChoice
        label={t('Language')}
        value={language}
        onChoose={(choice) => void speak(choice)}
        options={languageChoices.map((value) => ({ value, label: nameOfChoice(value, t('As the system')) }))}
      />
      <MenuLine />
      <MenuItem onSelect={() => navigate('/console/jobs')}>
        <ListChecks aria-hidden /> {t('Jobs')}
      </MenuItem>
      <MenuLink href="/docs">
        <BookOpen aria-hidden /> {t('API reference')}
      </MenuLink>
      <MenuItem onSelect={() => void signOut(account)}>
        <LogOut aria-hidden /> {t('Sign out')}
      </MenuItem>
    </Menu>
  )
}
