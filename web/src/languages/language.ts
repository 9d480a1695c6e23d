import type { Language } from '@rendition/contract'
import { useSyncExternalStore } from 'react'
import type { Texts } from './texts.ts'
import type { SaySaid } from './translate-said.ts'

/** The languages of the page, by the name each has for itself. */
export const languages = { en: 'English', de: 'Deutsch' } as const satisfies Record<Language, string>
/** What somebody may choose: a language, or that of the browser. */
export const languageChoices = ['system', 'en', 'de'] as const
export type LanguageChoice = (typeof languageChoices)[number]

/**
 * What the page is tested with for languages that are written from right to left, as Chromium and Android name it. Nobody
 * is offered it: it is English, and it is spoken where its name stands in the place of a choice.
 */
const pseudo = 'ar-XB'

interface Speech {
  language: Language | typeof pseudo
  /** English stands where it is used and needs no catalogue. */
  catalogue: Texts | null
  /** Says what the service says in English; null where that is read as it comes. */
  say: SaySaid | null
}

const storageKey = 'rendition.language'
const listeners = new Set<() => void>()
let speech: Speech = { language: 'en', catalogue: null, say: null }

/** Catalogues are parts of their own: whoever reads English loads none. */
const catalogues: Record<Speech['language'], () => Promise<Omit<Speech, 'language'>>> = {
  en: async () => ({ catalogue: null, say: null }),
  async de() {
    const { german, sayInGerman } = await import('./german/german.ts')
    return { catalogue: german, say: sayInGerman }
  },
  [pseudo]: async () => ({ catalogue: (await import('./pseudo.ts')).pseudo, say: null }),
}

/** The catalogue that is spoken from. */
export const currentCatalogue = (): Texts | null => speech.catalogue

/** What the service says in English, in the language of the page; undefined in English and where its words are not known. */
export const translateSaid: SaySaid = (said) => speech.say?.(said)

/** What the service is told: the language that is spoken. */
export const currentLanguage = (): Language => (speech.language === pseudo ? 'en' : speech.language)

/** As `Intl` wants it: the language with the region that the browser has for it, so that dates are as where one lives. */
export function currentLocale(): string {
  const language = currentLanguage()
  return browserLanguages().find((wanted) => baseOf(wanted) === language) ?? language
}

/** Renders anew when another language is chosen. Called once, at the root: what is below is rendered with it. */
export function useLanguage(): Speech['language'] {
  return useSyncExternalStore(subscribe, () => speech.language)
}

/** The way a language is written. */
export const directionOf = (language: Speech['language']): 'ltr' | 'rtl' =>
  language === pseudo ? 'rtl' : 'ltr'

/** A language is found by its own name, whatever is spoken now. */
export const nameOfChoice = (choice: LanguageChoice, system: string): string =>
  choice === 'system' ? system : languages[choice]

/** What was chosen in this browser. */
export function useLanguageChoice(): LanguageChoice {
  return useSyncExternalStore(subscribe, () => {
    const stored = storedChoice()
    return isChoice(stored) ? stored : 'system'
  })
}

/** Speaks the chosen language from now on, in other tabs as well. False where its texts did not come: nothing has changed. */
export async function chooseLanguage(choice: LanguageChoice): Promise<boolean> {
  if (!(await speak(languageOf(choice)))) return false
  try {
    if (choice === 'system') localStorage.removeItem(storageKey)
    else localStorage.setItem(storageKey, choice)
  } catch {
    // Storage is closed to us: it is chosen for as long as this page is open.
  }
  tell()
  return true
}

/** Speaks what was chosen before, or what the browser asks for. Where that does not come, the page is in English. */
export async function startLanguage(): Promise<void> {
  addEventListener('storage', ({ key }) => {
    if (key === storageKey || key === null) void speak(languageOf(storedChoice()))
  })
  addEventListener('languagechange', () => void speak(languageOf(storedChoice())))
  await speak(languageOf(storedChoice()))
}

/** What an installed page is called and offers, in its language. */
const manifests: Readonly<Record<Language, string>> = { en: '/app.webmanifest', de: '/app.de.webmanifest' }

/** Which of several loads is wanted: the one that was asked for last. */
let asked = 0

async function speak(language: Speech['language']): Promise<boolean> {
  asked += 1
  const mine = asked
  try {
    const texts = await catalogues[language]()
    if (mine !== asked) return true
    speech = { language, ...texts }
  } catch {
    return false
  }
  const { documentElement: root } = document
  root.lang = language
  root.dir = directionOf(language)
  document.querySelector('link[rel=manifest]')?.setAttribute('href', manifests[currentLanguage()])
  tell()
  return true
}

/** The first language of the browser that the page has; English where it has none. */
function languageOf(choice: string | null): Speech['language'] {
  if (isLanguage(choice) || choice === pseudo) return choice
  return browserLanguages().map(baseOf).find(isLanguage) ?? 'en'
}

const baseOf = (tag: string): string => tag.split('-')[0]?.toLowerCase() ?? ''
const browserLanguages = (): readonly string[] => globalThis.navigator?.languages ?? []
const isLanguage = (name: string | null): name is Language => name !== null && Object.hasOwn(languages, name)
const isChoice = (name: string | null): name is LanguageChoice => name === 'system' || isLanguage(name)

function storedChoice(): string | null {
  try {
    return localStorage.getItem(storageKey)
  } catch {
    return null
  }
}

function tell(): void {
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
