import { expect, it } from 'vitest'
import { silentLog } from '../log.ts'
import { openLimits } from './index.ts'
import { limitsContract } from './limits.contract.ts'

const open = () => openLimits({ url: 'memory:', log: silentLog })

limitsContract('memory', open)

it('limits in memory are those of one process', async () => {
  const [one, two] = [await open(), await open()]
  await one.createLimiter('login', 1, 60).consume('ann')
  expect((await two.createLimiter('login', 1, 60).consume('ann')).remainingPoints).toBe(0)
})
