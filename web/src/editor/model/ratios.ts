import { t } from '../../languages/translate.ts'

/** Shapes that a crop can be held to; `original` is that of the picture as it lies. */
export const ratios = [
  { name: 'Free', value: null },
  { name: 'Original', value: 'original' },
  { name: '1:1', value: 1 },
  { name: '4:3', value: 4 / 3 },
  { name: '3:4', value: 3 / 4 },
  { name: '3:2', value: 3 / 2 },
  { name: '2:3', value: 2 / 3 },
  { name: '16:9', value: 16 / 9 },
  { name: '9:16', value: 9 / 16 },
] as const
export type RatioName = (typeof ratios)[number]['name']

/** Width by height of a named shape, for a picture of this size; null is free. */
export function ratioOf(
  name: RatioName,
  { width, height }: { width: number; height: number },
): number | null {
  const value = ratios.find((ratio) => ratio.name === name)?.value ?? null
  return value === 'original' ? width / height : value
}

/** What a shape is called. */
export function ratioName(name: RatioName): string {
  return name === 'Free' || name === 'Original' ? t(name) : name
}
