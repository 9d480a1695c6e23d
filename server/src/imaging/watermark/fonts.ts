import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import sharp from 'sharp'

const { resolve } = createRequire(import.meta.url)

/** The family that text is asked for in; the others are what Pango falls back to, script by script. */
export const family = 'Noto Sans'

/**
 * Fonts that come with the project, all under the SIL Open Font License 1.1. TrueType or OpenType: the fontconfig
 * inside sharp draws boxes for WOFF. Latin, Greek, Cyrillic and Devanagari are in the first; the Chinese one has kana.
 */
const files: readonly (readonly [name: string, fromItsEntry: string])[] = [
  ['@embedpdf/fonts-latin', '../fonts/NotoSans-Regular.ttf'],
  ['@embedpdf/fonts-arabic', '../fonts/NotoNaskhArabic-Regular.ttf'],
  ['@embedpdf/fonts-hebrew', '../fonts/NotoSansHebrew-Regular.ttf'],
  ['@embedpdf/fonts-sc', '../fonts/NotoSansHans-Regular.otf'],
  ['@embedpdf/fonts-kr', '../fonts/NotoSansKR-Regular.otf'],
  ['@expo-google-fonts/noto-emoji', '400Regular/NotoEmoji_400Regular.ttf'],
  ['@expo-google-fonts/noto-sans-thai', '400Regular/NotoSansThai_400Regular.ttf'],
  ['@expo-google-fonts/noto-sans-bengali', '400Regular/NotoSansBengali_400Regular.ttf'],
  ['@expo-google-fonts/noto-sans-tamil', '400Regular/NotoSansTamil_400Regular.ttf'],
  ['@expo-google-fonts/noto-sans-telugu', '400Regular/NotoSansTelugu_400Regular.ttf'],
  ['@expo-google-fonts/noto-sans-gujarati', '400Regular/NotoSansGujarati_400Regular.ttf'],
  ['@expo-google-fonts/noto-sans-gurmukhi', '400Regular/NotoSansGurmukhi_400Regular.ttf'],
  ['@expo-google-fonts/noto-sans-kannada', '400Regular/NotoSansKannada_400Regular.ttf'],
  ['@expo-google-fonts/noto-sans-malayalam', '400Regular/NotoSansMalayalam_400Regular.ttf'],
  ['@expo-google-fonts/noto-sans-georgian', '400Regular/NotoSansGeorgian_400Regular.ttf'],
  ['@expo-google-fonts/noto-sans-armenian', '400Regular/NotoSansArmenian_400Regular.ttf'],
  ['@expo-google-fonts/noto-sans-khmer', '400Regular/NotoSansKhmer_400Regular.ttf'],
  ['@expo-google-fonts/noto-sans-ethiopic', '400Regular/NotoSansEthiopic_400Regular.ttf'],
]

/** Where each font lies on this machine. */
export function fontFiles(): string[] {
  return files.map(([name, path]) => join(dirname(resolve(name)), path))
}

let loaded: Promise<void> | undefined

/**
 * Makes the fonts known, once a process: libvips keeps every font file it was ever given, so drawing one point with
 * each (some 50 ms in all) is how they are registered.
 */
export function loadFonts(): Promise<void> {
  loaded ??= (async () => {
    for (const fontfile of fontFiles())
      await sharp({ text: { text: '.', fontfile } })
        .raw()
        .toBuffer()
  })()
  return loaded
}
