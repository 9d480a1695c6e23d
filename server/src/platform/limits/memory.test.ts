import { expect, it } from 'vitest'
import { silentLog } from '../log.ts'
import { openLimits } from './index.ts'
import { limitsContract } from './limits.contract.ts'
import { createBounded } from './memory.ts'

const open = () => openLimits({ url: 'memory:', log: silentLog })

limitsContract('memory', open)

it('limits in memory are those of one process', async () => {
  const [one, two] = [await open(), await open()]
  await one.createLimiter('login', 1, 60).consume('ann')
  expect((await two.createLimiter('login', 1, 60).consume('ann')).remainingPoints).toBe(0)
})

it('limits in memory forget the caller not seen for longest when there are too many', async () => {
  const limiter = createBounded('login', 1, 60, 3)
  for (const caller of ['ann', 'bob', 'cleo']) await limiter.consume(caller)
  await expect(limiter.consume('ann')).rejects.toBeDefined()
  await limiter.consume('dan')
  // Ann was refused after Bob had come, so it is Bob who is forgotten.
  await expect(limiter.consume('ann')).rejects.toBeDefined()
  expect(await limiter.get('bob')).toBeNull()
  await limiter.consume('bob')
})
