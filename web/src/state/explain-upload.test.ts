import { ProblemError } from '@rendition/client'
import { expect, test } from 'vitest'
import { explainUpload } from './explain-upload.ts'

const refused = (detail: string) =>
  new ProblemError({
    type: '',
    title: 'The kind of file is not accepted',
    status: 415,
    detail,
    instance: '',
    code: 'unsupported_media_type',
  })

test('says once what can be done about a file that was not taken', () => {
  expect(explainUpload(refused('The file is not an image of an accepted kind.'))).toBe(
    'The file is not an image of an accepted kind. Save it as JPEG, PNG or WebP and upload that.',
  )
  const raw = 'Raw camera files are not accepted: upload a JPEG made from it.'
  expect(explainUpload(refused(raw))).toBe(raw)
})
