import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bagSchema, operationSchema } from '@rendition/contract/recipe'
import { expect, test } from 'vitest'

test('the guide names every operation and every parameter', async () => {
  const guide = await readFile(join(import.meta.dirname, '../../../docs/imaging.md'), 'utf8')
  const operations = operationSchema.options.map((option) => option.shape.op.value)
  expect(operations.length).toBeGreaterThan(15)
  for (const name of operations) expect(guide).toContain(`{op:"${name}"`)
  // These speak of the request and stand in the guide to delivery
  const about = ['preset', 'set', 'v', 'download', 'exp', 'sig', 'share']
  for (const name of Object.keys(bagSchema.shape)) {
    const short = name.replace(/^watermark(?!Text|Image|Opacity)/, '…')
    if (!about.includes(name)) expect(guide).toContain(`\`${short}`)
  }
})
