import type { Registration } from '@rendition/contract'
import type { Phrase } from '../languages/catalogue.ts'
import { t } from '../languages/translate.ts'
import type { SessionEnd } from '../state/accounts.ts'
import { passwordRule } from '../state/password-rule.ts'

export type Mode = 'login' | 'register'

export interface AuthTexts {
  title: string
  intro: string
  action: string
  passwordHint: string | undefined
  /** The other of the two pages, where it leads anywhere. */
  other: { question: string; action: string } | null
}

/** What the page says, by what is known of the installation: `known` is undefined where the service does not tell. */
export function authTexts(
  mode: Mode,
  { known, isPending }: { known: Registration | undefined; isPending: boolean },
): AuthTexts {
  if (mode === 'login') {
    return {
      // Until it is known whether anybody was here before.
      title: isPending ? t('Sign in') : t('Welcome back'),
      intro: t('Your pictures, in every size.'),
      action: t('Sign in'),
      passwordHint: undefined,
      other: known?.open === false ? null : { question: t('New here?'), action: t('Create an account') },
    }
  }
  return {
    title: known?.first === true ? t('Welcome to Rendition') : t('Create your account'),
    intro: registerIntro(known),
    action: t('Create account'),
    passwordHint: passwordRule(known),
    other: known?.first === true ? null : { question: t('Have an account?'), action: t('Sign in') },
  }
}

function registerIntro(known: Registration | undefined): string {
  if (known?.first === true) {
    return t(
      'You are the first one here: your account becomes the administrator’s, who manages the accounts of others.',
    )
  }
  if (known?.open === false) return t('Accounts are made by invitation here: ask an administrator for one.')
  return t('Your pictures, in every size.')
}

/** Why somebody who was signed in is asked to sign in again. */
export const sessionEnds = {
  refused:
    'Your session has ended: it was signed out elsewhere, had not been used for long, or the account was closed.',
  gone: 'You were signed out in another tab, or this browser’s data was cleared.',
} as const satisfies Record<SessionEnd, Phrase>
