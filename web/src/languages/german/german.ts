import { account } from './account.ts'
import { app } from './app.ts'
import { audit } from './audit.ts'
import { auth } from './auth.ts'
import { console } from './console.ts'
import { developer } from './developer.ts'
import { editor } from './editor.ts'
import { errors } from './errors.ts'
import { everywhere } from './everywhere.ts'
import { gallery } from './gallery.ts'
import { jobs } from './jobs.ts'
import { operations } from './operations.ts'
import { presets } from './presets.ts'
import { shares } from './shares.ts'
import { state } from './state.ts'
import { upload } from './upload.ts'
import { viewer } from './viewer.ts'

export { sayInGerman } from '../said-in-german.ts'

/**
 * Every text of the page in German, by the English that stands where it is used. One file for each folder of the page; a text
 * that more than one folder uses stands with the first of them, or in `everywhere`.
 */
export const german = {
  ...account,
  ...app,
  ...audit,
  ...auth,
  ...console,
  ...developer,
  ...editor,
  ...errors,
  ...everywhere,
  ...gallery,
  ...jobs,
  ...operations,
  ...presets,
  ...shares,
  ...state,
  ...upload,
  ...viewer,
}
