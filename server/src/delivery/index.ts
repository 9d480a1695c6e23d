export { type DeliveryConfig, deliveryConfigSchema } from './config.ts'
export { createDelivery, type Delivery } from './create-delivery.ts'
