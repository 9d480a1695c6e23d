import type { ErrorCode } from '@rendition/contract'
import { z } from 'zod'
import { ofFiles } from '../../platform/http/refusals.ts'
import { checksumAlgorithms } from '../resumable/checksum.ts'
import { digestMember } from '../uploads/content-digest.ts'

/**
 * Of every request but OPTIONS. The library of the protocol judges what they say, and answers as the protocol has it, so
 * their form is published and only their length is held here.
 */
const header = (max: number, description: string, pattern: RegExp) =>
  z.string().max(max).optional().meta({ description, pattern: pattern.source })
const number = /^\d{1,15}$/

const version = header(16, '1.0.0', /^1\.0\.0$/)
const offset = header(20, 'Where the body belongs: as many bytes as are there.', number)
const length = header(20, 'Bytes in the end.', number)
const checksum = header(
  200,
  'Algorithm and base64 digest of this body; with another one nothing of it counts.',
  new RegExp(`^(${checksumAlgorithms.join('|')}) [A-Za-z0-9+/]+={0,2}$`),
)

const dictionary = `${digestMember.source}(,${digestMember.source})*`
const digest = (description: string) => header(500, description, new RegExp(`^${dictionary}$`))
const contentDigest = digest(
  'RFC 9530, of this body: `sha-256=:…:` or `sha-512=:…:`. With another one nothing of it counts.',
)

/** Keys are ASCII without commas and spaces, a value may be absent. */
const pair = '[!-+\\--~]+( [A-Za-z0-9+/]*={0,2})?'
const metadata = new RegExp(`^${pair}(,${pair})*$`)

export const tusHeaders = z.looseObject({ 'tus-resumable': version })
export const offsetHeaders = z.looseObject({
  'tus-resumable': version,
  'upload-offset': offset,
  'upload-length': header(20, 'Bytes in the end, where that was deferred.', number),
  'upload-checksum': checksum,
  'content-digest': contentDigest,
})
export const creationHeaders = z.looseObject({
  'tus-resumable': version,
  'upload-length': length,
  'upload-defer-length': header(1, '1, where the length is not known yet.', /^1$/),
  'upload-metadata': header(8_192, 'Pairs of a key and a value in base64.', metadata),
  'upload-concat': header(
    16_384,
    '`partial`, or `final;` and the URLs of complete partial uploads with spaces between them.',
    /^(partial|final;\S+( \S+)*)$/,
  ),
  'upload-checksum': checksum,
  'content-digest': contentDigest,
  'repr-digest': digest('RFC 9530, of the whole file to come: `sha-256=:…:`.'),
})

/** Of a POST that stands for another method. */
export const methodOverride = 'x-http-method-override'
export const overrideHeaders = offsetHeaders.extend({
  [methodOverride]: z
    .enum(['PATCH', 'DELETE', 'HEAD'])
    .describe(
      'What the request is, where a client can send no other method; in capitals, as methods are written.',
    ),
})

/** What a body of bytes is called, and what it is. */
export const bytesType = 'application/offset+octet-stream'
export const bytesBody = z.string().meta({ format: 'binary' })

const text = (description: string) => ({ type: 'string', description })
const said = { 'tus-resumable': text('1.0.0') }
const expires = { 'upload-expires': text('When it is removed, unless more of it comes before.') }
const image = {
  'x-image-id': text('The image that it has become.'),
  'x-job-id': text("The job that makes the image's sizes."),
}

export const answers = {
  abilities: z.null().meta({
    description: 'What is understood.',
    headers: {
      ...said,
      'tus-version': text('1.0.0'),
      'tus-extension': text('Names with commas between them.'),
      'tus-max-size': text('Bytes.'),
      'tus-checksum-algorithm': text('Names with commas between them.'),
    },
  }),
  created: z.null().meta({
    description: 'It is there.',
    headers: {
      ...said,
      location: text('Where the bytes go to.'),
      'upload-offset': text('Bytes that came with it.'),
      ...expires,
      ...image,
    },
  }),
  offset: z.null().meta({
    description: 'How far it is.',
    headers: {
      ...said,
      'upload-offset': text('Bytes that are there.'),
      'upload-length': text('Bytes in the end.'),
      'upload-defer-length': text('1, where the length is not known yet.'),
      'upload-metadata': text('As it was sent.'),
      'upload-concat': text('Of a partial or a final one.'),
      ...image,
    },
  }),
  appended: z.null().meta({
    description: 'Those bytes are there.',
    headers: { ...said, 'upload-offset': text('Bytes that are there.'), ...expires, ...image },
  }),
}

/** Of a POST, by the method that it stands for. */
export const overridden = { 200: answers.offset, 204: answers.appended }

/** Of every question how far an upload is. */
export const offsetRefusals =
  'What passes, 429 or 5xx elsewhere, is 423 here: clients of tus take other refusals for the end of the upload, and begin another.'

export const refusalsOfUploads: readonly ErrorCode[] = ['tus_version', 'upload_locked', 'upload_expired']
export const refusalsOfBytes: readonly ErrorCode[] = [
  ...ofFiles.filter((code) => code !== 'file_missing'),
  ...refusalsOfUploads,
  'offset_mismatch',
  'checksum_mismatch',
  'conflict',
  'overloaded',
  'storage_full',
]
