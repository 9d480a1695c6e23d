import { expect, it } from 'vitest'
import { createMetrics } from './metrics.ts'

it('scrapes what can be said when a gauge cannot', async () => {
  const metrics = createMetrics({ processMetrics: false })
  metrics.gauge('fine', 'Says something.', async () => 7)
  metrics.gauge('broken', 'Asks somebody who is away.', async () => {
    throw new Error('away')
  })
  metrics.gauge('hasty', 'Fails at once.', () => {
    throw new Error('away')
  })
  const { body } = await metrics.scrape()
  expect(body.match(/^(fine|broken|hasty) .*/gm)).toEqual(['fine 7', 'broken Nan', 'hasty Nan'])
})
