import { BookOpen, CircleUserRound, LogOut } from 'lucide-react'
import { toast } from 'sonner'
import { explainError } from '../explain-error.ts'
import { cache } from '../session/cache.ts'
import { client } from '../session/client.ts'
import { useUser } from '../session/use-session.ts'
import { IconButton } from '../ui/button.tsx'
import { Menu, MenuChoice, MenuItem, MenuLine, MenuLink } from '../ui/menu.tsx'
import { uploads } from '../upload/uploads.ts'
import { chooseTheme, themes, useTheme } from './theme.ts'

const themeNames = { system: 'As the system', light: 'Light', dark: 'Dark' } as const

/** Who is signed in, how the page looks, the way out. */
export function AccountMenu() {
  const user = useUser()
  const theme = useTheme()
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
      <MenuLink href="/docs">
        <BookOpen aria-hidden /> API reference
      </MenuLink>
      <MenuItem onSelect={signOut}>
        <LogOut aria-hidden /> Sign out
      </MenuItem>
    </Menu>
  )
}

/** Nothing of the account stays in the page. */
function signOut(): void {
  uploads.reset()
  client.auth.logout().catch((error: unknown) => toast.error(explainError(error)))
  cache.clear()
}
