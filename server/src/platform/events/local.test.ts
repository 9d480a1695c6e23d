import { busContract } from './events.contract.ts'
import { openLocalBus } from './local.ts'

busContract('local', async () => {
  const bus = openLocalBus()
  return { open: async () => bus, stop: async () => {} }
})
