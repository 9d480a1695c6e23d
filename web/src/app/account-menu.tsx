import { BookOpen, CircleUserRound, ListChecks, LogOut } from 'lucide-react'
import { useLocation } from 'wouter'
import { useAccount, useUser } from '../state/account-scope.tsx'
import { IconButton } from '../ui/button.tsx'
import { Menu, MenuChoice, MenuItem, MenuLine, MenuLink } from '../ui/menu.tsx'
import { signOut } from './sign-out.ts'
import { chooseTheme, themes, useTheme } from './theme.ts'

const themeNames = { system: 'As the system', light: 'Light', dark: 'Dark' } as const

/** Who is signed in, how the page looks, the way out. */
export function AccountMenu() {
  const account = useAccount()
  const user = useUser()
  const theme = useTheme()
  const [, navigate] = useLocation()
  return (
    <Menu
      trigger={
        <IconButton label="Account and appearance">
          <CircleUserRound aria-hidden />
        </IconButton>
      }
    >
      {user !== undefined && (
        <>
          <p className="max-w-64 truncate px-2.5 pt-1.5 pb-2 text-sm">
            <span className="block text-muted text-xs">Signed in as</span>
            {user.email ?? user.username}
          </p>
          <MenuLine />
        </>
      )}
      <MenuChoice
        label="Appearance"
        value={theme}
        onChoose={chooseTheme}
        options={themes.map((value) => ({ value, label: themeNames[value] }))}
      />
      <MenuLine />
      <MenuItem onSelect={() => navigate('/console/jobs')}>
        <ListChecks aria-hidden /> Jobs
      </MenuItem>
      <MenuLink href="/docs">
        <BookOpen aria-hidden /> API reference
      </MenuLink>
      <MenuItem onSelect={() => void signOut(account)}>
        <LogOut aria-hidden /> Sign out
      </MenuItem>
    </Menu>
  )
}
