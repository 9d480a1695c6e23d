import { lumaOf, ssim } from './ssim.ts'

/** Two bitmaps in, a number or null out; one question, and the page ends it. */
self.onmessage = ({ data }: MessageEvent<{ pair: readonly [ImageBitmap, ImageBitmap] }>) => {
  const [a, b] = data.pair.map((bitmap) => {
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
    const context = canvas.getContext('2d')
    // What is clear is compared on white, as the page is.
    if (context !== null) {
      context.fillStyle = 'white'
      context.fillRect(0, 0, canvas.width, canvas.height)
      context.drawImage(bitmap, 0, 0)
    }
    bitmap.close()
    return context?.getImageData(0, 0, canvas.width, canvas.height)
  })
  self.postMessage(a === undefined || b === undefined ? null : ssim(lumaOf(a), lumaOf(b)))
}
