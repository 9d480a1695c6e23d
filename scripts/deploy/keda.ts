import { z } from 'zod'

/**
 * KEDA's two kinds, as https://keda.sh/docs/latest/reference/scaledobject-spec and …/scalers/postgresql describe them:
 * written down by hand, since the definitions come with KEDA and not with Kubernetes. Strict, so that a misspelt
 * field is a fault, and no wider than what the manifests use.
 */
const metadata = z.strictObject({ name: z.string(), namespace: z.string().optional() })
const positive = z.int().positive()

const scaledObject = z.strictObject({
  apiVersion: z.literal('keda.sh/v1alpha1'),
  kind: z.literal('ScaledObject'),
  metadata,
  spec: z
    .strictObject({
      scaleTargetRef: z.strictObject({
        name: z.string(),
        kind: z.string().optional(),
        apiVersion: z.string().optional(),
      }),
      pollingInterval: positive.optional(),
      cooldownPeriod: positive.optional(),
      minReplicaCount: z.int().nonnegative().optional(),
      maxReplicaCount: positive.optional(),
      fallback: z.strictObject({ failureThreshold: positive, replicas: positive }).optional(),
      triggers: z
        .array(
          z.strictObject({
            type: z.literal('postgresql'),
            // Values of a trigger are strings, numbers included.
            metadata: z.strictObject({
              query: z.string().regex(/^select\b/),
              targetQueryValue: z.string().regex(/^\d+(\.\d+)?$/),
              activationTargetQueryValue: z.string().optional(),
            }),
            authenticationRef: z.strictObject({ name: z.string() }),
          }),
        )
        .min(1),
    })
    .refine(({ minReplicaCount = 0, maxReplicaCount = 100 }) => minReplicaCount <= maxReplicaCount),
})

const triggerAuthentication = z.strictObject({
  apiVersion: z.literal('keda.sh/v1alpha1'),
  kind: z.literal('TriggerAuthentication'),
  metadata,
  spec: z.strictObject({
    secretTargetRef: z
      .array(z.strictObject({ parameter: z.string(), name: z.string(), key: z.string() }))
      .min(1),
  }),
})

export const kedaSchemas: Readonly<Record<string, z.ZodType>> = {
  ScaledObject: scaledObject,
  TriggerAuthentication: triggerAuthentication,
}
