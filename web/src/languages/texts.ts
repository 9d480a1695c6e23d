/** One text for each number that the language tells apart (CLDR): German has `one` and `other`. */
export type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }
export type Entry = string | Forms
/** Texts of one language by those in English. */
export type Texts = Readonly<Record<string, Entry>>
