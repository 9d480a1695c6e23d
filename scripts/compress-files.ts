import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

const text = /\.(js|css|svg|json|webmanifest|txt|xml)$/
/** As the service does it with what it compresses itself. */
const smallest = 1_024

/** Writes `.br` and `.gz` beside every text file of a folder, as small as they get: once here, not for each who asks. */
export async function compressFiles(folder: string): Promise<void> {
  const names = await readdir(folder, { recursive: true })
  await Promise.all(
    names
      .filter((name) => text.test(name))
      .map(async (name) => {
        const file = join(folder, name)
        const bytes = await readFile(file)
        if (bytes.length < smallest) return
        const best = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length }
        await writeFile(`${file}.br`, await promisify(brotliCompress)(bytes, { params: best }))
        await writeFile(`${file}.gz`, await promisify(gzip)(bytes, { level: 9 }))
      }),
  )
}
