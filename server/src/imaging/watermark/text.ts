import { escapeMarkup } from '@rendition/contract/markup'
import { cleanText } from '@rendition/contract/recipe'
import sharp from 'sharp'
import { type Canvas, canvasOf, readColour } from '../pixels/canvas.ts'
import type { Size } from '../plan/primitive.ts'
import { family, loadFonts } from './fonts.ts'

/** Pixels: the size at which text is measured. */
const trial = 32

/** One line of text in a colour, as large as fits into `box`, drawn with the fonts that come with the project. */
export async function drawText(text: string, colour: string, box: Size): Promise<Canvas> {
  await loadFonts()
  const { red, green, blue } = readColour(colour)
  const hex = [red, green, blue].map((part) => part.toString(16).padStart(2, '0')).join('')
  // sharp always reads markup, and `&` alone is an error there.
  const markup = `<span foreground="#${hex}">${escapeMarkup(cleanText(text))}</span>`
  const measured = await line(markup, trial)
  const factor = Math.min(box.width / measured.width, box.height / measured.height)
  const drawn = factor === 1 ? measured : await line(markup, Math.max(1, trial * factor))
  return drawn.width <= box.width && drawn.height <= box.height ? drawn : shrink(drawn, box)
}

async function line(markup: string, pixels: number): Promise<Canvas> {
  const font = `${family} ${pixels.toFixed(2)}`
  const text = { text: markup, font, rgba: true, dpi: 72, wrap: 'none' as const }
  const { data, info } = await sharp({ text }).raw().toBuffer({ resolveWithObject: true })
  return canvasOf(data, info, info.channels, false)
}

/** Hinting and rounding can make a line a few pixels longer than the trial said. */
async function shrink(canvas: Canvas, box: Size): Promise<Canvas> {
  const { width, height, channels } = canvas
  const { data, info } = await sharp(canvas.data, { raw: { width, height, channels } })
    .resize(box.width, box.height, { fit: 'inside' })
    .raw()
    .toBuffer({ resolveWithObject: true })
  return canvasOf(data, info, info.channels, false)
}
