import type { Language } from '@rendition/contract'
import {
  type LanguageChoice,
  languageChoices,
  languages,
  nameOfChoice,
  useLanguageChoice,
} from '../../languages/language.ts'
import { t } from '../../languages/translate.ts'
import { useUser } from '../../state/account-scope.tsx'
import { useRegistration } from '../../state/sign-in.ts'
import { useMailLanguage } from '../../state/use-mail-language.ts'
import { useSpeech } from '../../state/use-speech.ts'
import { Panel } from '../../ui/page-frame.tsx'
import { SelectField } from '../../ui/select-field.tsx'

const mailLanguages = Object.entries(languages).map(([value, label]) => ({ value, label }))

/** What is read on the page, and in the mails of who is not looking at it. */
export function LanguagePanel() {
  const user = useUser()
  const { known } = useRegistration()
  const choice = useLanguageChoice()
  const speak = useSpeech()
  const { act, isPending } = useMailLanguage()
  const mails = known?.mails === true && user !== undefined
  return (
    <Panel
      title={t('Language')}
      about={
        mails
          ? t('The page keeps its language in this browser, mails theirs with the account.')
          : t('The page keeps its language in this browser.')
      }
    >
      <div className="flex flex-wrap gap-4">
        <SelectField
          label={t('Of the page')}
          className="min-w-0 basis-52"
          value={choice}
          options={languageChoices.map((value) => ({
            value,
            label: nameOfChoice(value, t('As the system')),
          }))}
          onChoose={(chosen) => void speak(chosen as LanguageChoice)}
        />
        {mails && (
          <SelectField
            label={t('Of mails to you')}
            className="min-w-0 basis-52"
            value={user.language ?? ''}
            disabled={isPending}
            options={
              user.language === null
                ? [{ value: '', label: t('As configured') }, ...mailLanguages]
                : mailLanguages
            }
            onChoose={(chosen) => void act(chosen as Language)}
          />
        )}
      </div>
    </Panel>
  )
}
