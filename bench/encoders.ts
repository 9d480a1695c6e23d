/**
 * What encoders take by effort and threads, and what they give: processor and wall milliseconds, KiB, and SSIM of luma against the
 * pixels they were given. The median of three.
 * node --import tsx bench/encoders.ts photo.jpg [widths, with commas between]
 */
import sharp, { type Sharp } from 'sharp'
import { median } from './figures.ts'
import { lumaOf, ssim } from './ssim.ts'

const [file = '', list = '320,640,1080'] = process.argv.slice(2)
sharp.cache(false)

const sides: [string, (pixels: Sharp) => Sharp][] = [
  ...[0, 1, 2, 3, 4].map((effort): [string, (pixels: Sharp) => Sharp] => [
    `WebP 80, effort ${effort}`,
    (pixels) => pixels.webp({ quality: 80, effort }),
  ]),
  ...[0, 1, 2, 3].map((effort): [string, (pixels: Sharp) => Sharp] => [
    `AVIF 55, effort ${effort}`,
    (pixels) => pixels.avif({ quality: 55, effort, chromaSubsampling: '4:2:0' }),
  ]),
]

console.log('| width | encoder | threads | CPU ms | wall ms | KiB | SSIM |')
console.log('|---|---|---|---|---|---|---|')
for (const width of list.split(',').map(Number)) {
  const { data, info } = await sharp(file)
    .autoOrient()
    .resize(width)
    .raw()
    .toBuffer({ resolveWithObject: true })
  const raw = { width: info.width, height: info.height, channels: info.channels }
  const given = lumaOf(data, info.width, info.height, info.channels)
  for (const [name, encode] of sides) {
    for (const threads of [1, 2]) {
      sharp.concurrency(threads)
      const spent: number[] = []
      const waited: number[] = []
      let bytes = Buffer.alloc(0)
      for (let round = 0; round < 3; round += 1) {
        const before = process.cpuUsage()
        const started = performance.now()
        bytes = await encode(sharp(data, { raw })).toBuffer()
        waited.push(performance.now() - started)
        const { user, system } = process.cpuUsage(before)
        spent.push((user + system) / 1000)
      }
      const back = await sharp(bytes).raw().toBuffer({ resolveWithObject: true })
      const likeness = ssim(lumaOf(back.data, back.info.width, back.info.height, back.info.channels), given)
      const cells = [median(spent).toFixed(0), median(waited).toFixed(0), (bytes.length / 1024).toFixed(1)]
      console.log(`| ${width} | ${name} | ${threads} | ${cells.join(' | ')} | ${likeness.toFixed(4)} |`)
    }
  }
}
