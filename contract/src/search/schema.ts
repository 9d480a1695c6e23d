import { textSchema } from '../http/fields.ts'
import { longestSearch, parseSearch } from './parse.ts'
import { SearchFault } from './terms.ts'

/** A search that can be read. Its fault says where it is. */
export const searchSchema = textSchema
  .max(longestSearch)
  .superRefine((text, context) => {
    if (text.length > longestSearch) return
    try {
      parseSearch(text)
    } catch (error) {
      if (!(error instanceof SearchFault)) throw error
      context.addIssue({ code: 'custom', message: `at character ${error.position + 1}: ${error.message}` })
    }
  })
  .describe(
    'Words, `"phrases"`, and `tag: album: type: camera: lens: date: before: after: color: orientation: has: is:`, `width> height> size> rating>` (also `<`, `>=`, `<=`, `=`); `-` before what must not be.',
  )
