import { z } from 'zod'

/**
 * Every failure a client can meet, once: the stable `code`, the true HTTP status, and one public sentence.
 * Docs (`docs/errors.md`), OpenAPI and the server's answers are derived from this table; nothing else mints a code.
 */
export const errorCatalogue = {
  // Requests
  invalid_request: { status: 400, title: 'The request is not valid' },
  file_missing: { status: 400, title: 'No file was sent' },
  invalid_recipe: { status: 400, title: 'The transformation is not valid' },
  unauthenticated: { status: 401, title: 'Authentication is required' },
  invalid_credentials: { status: 401, title: 'The name or the password is wrong' },
  two_step_required: { status: 401, title: 'Signing in takes a second step' },
  token_expired: { status: 401, title: 'The token has expired' },
  token_invalid: { status: 401, title: 'The token is not valid' },
  refresh_reused: { status: 401, title: 'The refresh token was already used; the session is revoked' },
  link_invalid: { status: 403, title: 'The link is no longer good' },
  challenge_expired: { status: 403, title: 'The sign-in took too long or too many tries' },
  password_sign_in_off: { status: 403, title: 'Passwords do not sign in here' },
  sign_in_refused: { status: 403, title: 'The provider signed nobody in' },
  sign_in_again: { status: 403, title: 'This takes a sign-in of the last minutes' },
  code_invalid: { status: 403, title: 'The code is wrong, or was used already' },
  share_locked: { status: 401, title: 'The share asks for its password' },
  registration_closed: { status: 403, title: 'This installation does not take new accounts' },
  forbidden: { status: 403, title: 'This account may not do that' },
  insufficient_scope: { status: 403, title: 'The API key lacks the scope for this' },
  signature_required: { status: 403, title: 'This URL needs a signature' },
  signature_invalid: { status: 403, title: 'The signature does not match' },
  signature_expired: { status: 403, title: 'The signed URL has expired' },
  quota_exceeded: { status: 403, title: 'The quota of this account is used up' },
  not_found: { status: 404, title: 'There is no such object' },
  method_not_allowed: { status: 405, title: 'This method is not supported here' },
  request_timeout: { status: 408, title: 'The request body came too slowly' },
  account_exists: { status: 409, title: 'An account with this name exists' },
  duplicate: { status: 409, title: 'The same bytes are there already' },
  last_way_in: { status: 409, title: 'Nothing else signs in to this account' },
  wrong_address: { status: 409, title: 'The page is open at another address than the configured one' },
  mail_off: { status: 409, title: 'This installation sends no e-mail' },
  presets_configured: { status: 409, title: 'The presets are set in the configuration' },
  nothing_to_undo: { status: 409, title: 'There is nothing to undo' },
  nothing_to_redo: { status: 409, title: 'There is nothing to redo' },
  conflict: { status: 409, title: 'The object changed meanwhile, or its state does not allow this' },
  offset_mismatch: { status: 409, title: 'The upload is at another offset' },
  job_not_ready: { status: 409, title: 'The job has no result' },
  upload_expired: { status: 410, title: 'The upload was not finished in its time and is gone' },
  result_expired: { status: 410, title: 'The result was kept for its time and is gone' },
  share_expired: { status: 410, title: 'The share has ended' },
  precondition_failed: { status: 412, title: 'The object is not the one that was named' },
  tus_version: { status: 412, title: 'The version of tus is missing or not supported' },
  file_too_large: { status: 413, title: 'The file has too many bytes' },
  request_too_large: { status: 413, title: 'The request has too many bytes' },
  headers_too_large: { status: 431, title: 'The headers of the request have too many bytes' },
  unsupported_media_type: { status: 415, title: 'The content is of a type that is not accepted' },
  range_not_satisfiable: { status: 416, title: 'The range lies outside the object' },
  undecodable: { status: 422, title: 'The image is damaged and cannot be decoded' },
  too_many_pixels: { status: 422, title: 'The image has too many pixels' },
  animation_too_large: { status: 422, title: 'The animation has too many frames or pixels' },
  output_too_large: { status: 422, title: 'The result would be too large' },
  unsupported_output: { status: 422, title: 'This image cannot be written in that format' },
  address_not_allowed: { status: 422, title: 'This address may not be reached from here' },
  import_refused: { status: 422, title: 'The address gave no image' },
  fetch_failed: { status: 422, title: 'The address did not answer as expected' },
  archive_invalid: { status: 422, title: 'The archive cannot be read' },
  archive_too_large: { status: 422, title: 'The archive holds more than is unpacked' },
  entry_encrypted: { status: 422, title: 'The file in the archive is encrypted' },
  entry_unsafe: { status: 422, title: 'The file in the archive has a name that is not safe' },
  entry_nested: { status: 422, title: 'An archive in an archive is not unpacked' },
  entry_damaged: {
    status: 422,
    title: 'The file in the archive is damaged, or packed in a way that is not known',
  },
  render_timeout: { status: 422, title: 'Rendering took too long' },
  render_too_large: { status: 422, title: 'Rendering needs more memory than is allowed' },
  render_crashed: { status: 422, title: 'Rendering failed inside the decoder or encoder' },
  upload_locked: { status: 423, title: 'Another request is writing to the upload' },
  upgrade_required: { status: 426, title: 'This is a WebSocket' },
  rate_limited: { status: 429, title: 'Too many requests' },
  worker_lost: { status: 422, title: 'The worker stopped each time it ran this job' },
  checksum_mismatch: { status: 460, title: 'The bytes do not have the checksum that was sent' },
  digest_mismatch: { status: 400, title: 'The bytes do not have the digest that was said' },
  // Ours
  internal: { status: 500, title: 'Something went wrong on our side' },
  overloaded: { status: 503, title: 'The service is busy' },
  unavailable: { status: 503, title: 'A part of the service is not reachable' },
  storage_full: { status: 507, title: 'The storage is full' },
} as const satisfies Record<string, { status: number; title: string }>

export type ErrorCode = keyof typeof errorCatalogue
export type ErrorTitle = (typeof errorCatalogue)[ErrorCode]['title']

/** What an answer tells of faults: whoever sends 80,000 wrong values is not sent 80,000 explanations. */
const mostFaults = 20
const longestPath = 200
const longestMessage = 500
const longestDetail = 1_000

const clipped = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1)}…`

function bounded(errors: readonly Fault[] | undefined): readonly Fault[] | undefined {
  return errors?.slice(0, mostFaults).map(({ path, message }) => ({
    path: clipped(path, longestPath),
    message: clipped(message, longestMessage),
  }))
}

/** One fault of the input: `path` is dotted, from the body, query or parameter bag. */
export const faultSchema = z.object({ path: z.string(), message: z.string() })
export type Fault = z.infer<typeof faultSchema>

/** RFC 9457 `application/problem+json`. */
export const problemSchema = z
  .object({
    type: z.string().describe('A stable link to the description of the code.'),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    instance: z.string().describe('The request id, as in X-Request-Id.'),
    code: z.enum(Object.keys(errorCatalogue) as [ErrorCode, ...ErrorCode[]]),
    errors: z
      .array(faultSchema)
      .max(mostFaults)
      .optional()
      .describe('The first of them, when there are many.'),
    challenge: z
      .string()
      .optional()
      .describe('With `two_step_required`: names this sign-in when the code is sent. Good for minutes.'),
  })
  .meta({ id: 'Problem' })
export type Problem = z.infer<typeof problemSchema>

/**
 * The one failure type that rooms throw and the HTTP edge maps. `detail` is public: never put secrets,
 * file paths or a library's own text there; those belong into `cause`, which is only logged.
 */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly code: ErrorCode
  readonly detail: string
  /** The first 20. */
  readonly errors: readonly Fault[] | undefined
  /** Seconds after which a retry makes sense; becomes `Retry-After`. */
  readonly retryAfter: number | undefined
  /** Names the sign-in that goes on with a second step. */
  readonly challenge: string | undefined

  constructor(
    code: ErrorCode,
    detail?: string,
    more: { errors?: readonly Fault[]; retryAfter?: number; challenge?: string; cause?: unknown } = {},
  ) {
    super(`${code}: ${detail ?? errorCatalogue[code].title}`, { cause: more.cause })
    this.code = code
    this.errors = bounded(more.errors)
    this.detail = clipped(
      detail ?? firstFault(this.errors) ?? `${errorCatalogue[code].title}.`,
      longestDetail,
    )
    this.retryAfter = more.retryAfter
    this.challenge = more.challenge
  }

  get status(): number {
    return errorCatalogue[this.code].status
  }
}

function firstFault(errors: readonly Fault[] | undefined): string | undefined {
  const fault = errors?.[0]
  return fault === undefined ? undefined : `${fault.path || 'The request'}: ${fault.message}.`
}

export function isFailure(error: unknown, code?: ErrorCode): error is Failure {
  return error instanceof Failure && (code === undefined || error.code === code)
}
