import type { ImageReader } from '../images/index.ts'
import type { Answer } from './answer/answer.ts'
import { answerOriginal, type OriginalOptions } from './answer/answer-original.ts'
import { answerRendition, describeRendition, handOverRendition } from './answer/answer-rendition.ts'
import { type ChooseOptions, choosePlan } from './plan/choose-plan.ts'
import type { Layer, Renditions } from './renditions/find-or-render.ts'
import type { Asker } from './renditions/renderer.ts'
import { type AdmitOptions, type Admitted, admit } from './request/admit.ts'
import type { PictureRequest } from './request/picture-request.ts'

/** What deliveries are made with. */
export interface DeliveryParts extends AdmitOptions, ChooseOptions, OriginalOptions {
  images: ImageReader
  renditions: Renditions
  /** Told of each answer to GET, and of the bytes of the picture in it. */
  delivered: (ownerId: string, bytes: number) => void
  /** Told of each answer to GET where its rendition was found. */
  foundIn: (layer: Layer) => void
}

/** Answers one request for a picture. Throws the failures of the catalogue. */
export async function deliver(
  request: PictureRequest,
  parts: DeliveryParts,
  signal: AbortSignal,
): Promise<Answer> {
  const started = performance.now()

  // 1. Which image, what is asked of it, and whether this caller may have that
  const admitted = await admit(request, parts)
  const answer = await answerAdmitted(request, admitted, parts, started, signal)
  if (request.method === 'GET') parts.delivered(admitted.image.facts.ownerId, answer.pictureBytes)
  return answer
}

async function answerAdmitted(
  request: PictureRequest,
  admitted: Admitted,
  parts: DeliveryParts,
  started: number,
  signal: AbortSignal,
): Promise<Answer> {
  // 2. In which format, by which recipe, under which key; or the original as it is
  const choice = await choosePlan(admitted, request.accept, parts)
  const { plan, wish } = choice

  // 3. Behind the answers, for who asks next: the better format that nobody has made yet
  if (request.method === 'GET') wish?.ask()
  // A new picture has a job that will measure it
  const settled = admitted.image.facts.status === 'complete'
  if (settled && plan.kind === 'rendition' && plan.unmeasured) parts.images.wishCurve(plan.version)

  if (plan.kind === 'original') {
    return answerOriginal(request, admitted, { ...choice, plan }, parts, started, signal)
  }

  // 4. What is stored and sent by the front server
  const handed = await handOverRendition(request, plan, parts)
  if (handed !== null) {
    if (request.method === 'GET') parts.foundIn(handed.found.layer)
    return answerRendition(
      request,
      admitted,
      { ...choice, plan },
      handed.found,
      parts,
      started,
      handed.headers,
    )
  }

  // 5. What is written about the rendition, where that is enough; else its bytes, from the first layer that has them
  const known = await describeRendition(request, admitted, { ...choice, plan }, parts)
  const found =
    known ?? (await parts.renditions.obtain(plan, admitted.image, signal, await askerOf(request, admitted)))

  if (request.method === 'GET') parts.foundIn(found.layer)

  // 6. The answer, which the fast path may repeat
  return answerRendition(request, admitted, { ...choice, plan }, found, parts, started)
}

/** Whose turn a render takes: the key's or the account's where one opened the picture, else the address's. */
async function askerOf(request: PictureRequest, { audience }: Admitted): Promise<Asker> {
  const principal = audience === 'caller' ? await request.caller() : null
  const client = principal === null ? request.network() : (principal.keyId ?? principal.userId)
  return { lane: 'interactive', client, allowance: request.allowance }
}
