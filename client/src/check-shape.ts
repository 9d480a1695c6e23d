import {
  acceptedJobSchema,
  apiKeySchema,
  changedWebhookSchema,
  createdApiKeySchema,
  createdWebhookSchema,
  currentKeySchema,
  eventSchema,
  explanationSchema,
  imageSchema,
  imageStatusViewSchema,
  jobBatchSchema,
  jobSchema,
  markupSchema,
  pageSchema,
  placeholderSchema,
  purgeSchema,
  registrationSchema,
  renditionSchema,
  sessionTokensSchema,
  uploadBatchSchema,
  uploadedImageSchema,
  userSchema,
  versionSchema,
  webhookDeliverySchema,
  webhookSchema,
  webhookSecretSchema,
} from '@rendition/contract'
import { type ZodType, z } from 'zod'
import type { ShapeCheck, ShapeName } from './shape.ts'

const schemas: Record<ShapeName, ZodType> = {
  SessionTokens: sessionTokensSchema,
  Registration: registrationSchema,
  User: userSchema,
  ApiKeyPage: pageSchema(apiKeySchema),
  CreatedApiKey: createdApiKeySchema,
  CurrentKey: currentKeySchema,
  Image: imageSchema,
  ImagePage: pageSchema(imageSchema),
  ImageStatus: imageStatusViewSchema,
  Placeholder: placeholderSchema,
  Explanation: explanationSchema,
  Markup: markupSchema,
  Upload: z.union([uploadedImageSchema, uploadBatchSchema]),
  VersionPage: pageSchema(versionSchema),
  RenditionPage: pageSchema(renditionSchema),
  Purge: purgeSchema,
  AcceptedJob: acceptedJobSchema,
  Job: jobSchema,
  JobBatch: jobBatchSchema,
  JobPage: pageSchema(jobSchema),
  Webhook: webhookSchema,
  WebhookPage: pageSchema(webhookSchema),
  CreatedWebhook: createdWebhookSchema,
  ChangedWebhook: changedWebhookSchema,
  WebhookSecret: webhookSecretSchema,
  WebhookDelivery: webhookDeliverySchema,
  WebhookDeliveryPage: pageSchema(webhookDeliverySchema),
  Event: eventSchema,
}

/** Parses answers with the schemas of the contract. A module of its own, so that a page need not load the schemas. */
export const checkShape: ShapeCheck = (shape, value) => {
  const result = schemas[shape].safeParse(value)
  if (!result.success) throw new TypeError(`The answer is no ${shape}: ${z.prettifyError(result.error)}`)
}
