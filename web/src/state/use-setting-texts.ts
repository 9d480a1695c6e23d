import type { Language } from '@rendition/contract'
import { useQuery } from '@tanstack/react-query'
import { currentLanguage, useLanguage } from '../languages/language.ts'
import type { Texts } from '../languages/texts.ts'

/** Parts of their own: who reads the settings is one of few. The service says them in English. */
const catalogues: Readonly<Record<Language, () => Promise<Texts>>> = {
  en: async () => ({}),
  de: async () => (await import('../languages/settings-in-german.ts')).settingsInGerman,
}

/** What a setting does, in the language of the page; undefined until that has come, and of settings that the page does not know. */
export function useSettingTexts(): (description: string) => string | undefined {
  // Renders anew when another one is spoken.
  useLanguage()
  const language = currentLanguage()
  const { data } = useQuery({
    queryKey: ['texts of settings', language],
    queryFn: catalogues[language],
    staleTime: Number.POSITIVE_INFINITY,
    networkMode: 'always',
  })
  return (description) => {
    const text = data?.[description]
    return typeof text === 'string' ? text : undefined
  }
}
