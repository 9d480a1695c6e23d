import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { colourNames, colourTermsOf, nameOfColour, oklabOfHex } from './colours.ts'
import { formatSearch } from './format.ts'
import { parseSearch } from './parse.ts'
import { searchSchema } from './schema.ts'
import {
  kindsOfFile,
  measures,
  orientations,
  possessions,
  SearchFault,
  type SearchTerm,
  states,
} from './terms.ts'

const word = fc.stringMatching(/^[a-zäöé0-9_.]{1,12}$/u)
const text = fc.stringMatching(/^[a-zÄé0-9 :'"\\&|!()*<>-]{0,15}[a-z]"{0,2}$/u)
const day = fc
  .date({ min: new Date('0100-01-01'), max: new Date('2999-12-30'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10))
const term: fc.Arbitrary<SearchTerm> = fc
  .oneof(
    fc.record({ kind: fc.constant('word' as const), text: word }),
    fc.record({ kind: fc.constant('phrase' as const), text }),
    fc.record({ kind: fc.constant('tag' as const), text: word, begins: fc.boolean() }),
    fc.record({ kind: fc.constantFrom('camera' as const, 'lens' as const, 'album' as const), text }),
    fc.record({ kind: fc.constant('type' as const), type: fc.constantFrom(...kindsOfFile) }),
    fc.record({ kind: fc.constant('date' as const), from: day, until: fc.constant(null) }),
    fc.record({ kind: fc.constant('date' as const), from: fc.constant(null), until: day }),
    fc.constantFrom('2024', '2024-02', '2024-02-29', '1999-12').map((period) => {
      const [date] = parseSearch(`date:${period}`)
      return date as Extract<SearchTerm, { kind: 'date' }>
    }),
    fc.record({
      kind: fc.constant('measure' as const),
      of: fc.constantFrom(...measures),
      is: fc.constantFrom('<' as const, '<=' as const, '>' as const, '>=' as const, '=' as const),
      value: fc.nat(1e9),
    }),
    fc.record({
      kind: fc.constant('colour' as const),
      colour: fc.constantFrom(...colourNames, '#a0b1c2' as const),
    }),
    fc.record({ kind: fc.constant('orientation' as const), orientation: fc.constantFrom(...orientations) }),
    fc.record({ kind: fc.constant('has' as const), what: fc.constantFrom(...possessions) }),
    fc.record({ kind: fc.constant('is' as const), state: fc.constantFrom(...states) }),
  )
  .chain((asked) => fc.boolean().map((negated) => ({ ...asked, negated }) as SearchTerm))

const fault = (search: string): SearchFault => {
  try {
    parseSearch(search)
  } catch (error) {
    if (error instanceof SearchFault) return error
  }
  throw new Error(`${search} can be read`)
}

describe('a search', () => {
  it('that was written from terms is read as these terms', () => {
    fc.assert(
      fc.property(fc.array(term, { maxLength: 12 }), (terms) => {
        expect(parseSearch(formatSearch(terms))).toEqual(terms)
      }),
    )
  })

  it('of any text is read, or refused at a place in it', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ maxLength: 60 }), fc.string({ unit: 'binary', maxLength: 60 })),
        (any) => {
          try {
            parseSearch(any)
          } catch (error) {
            expect(error).toBeInstanceOf(SearchFault)
            expect((error as SearchFault).position).toBeLessThanOrEqual(any.length)
          }
        },
      ),
      { numRuns: 500 },
    )
  })

  it('knows spellings and units', () => {
    expect(parseSearch('TYPE:JPG colour:gray is:favorite size<=1.5MiB width:800')).toEqual(
      parseSearch('type:jpeg color:grey is:favourite size<=1572864 width=800'),
    )
    expect(parseSearch('-tag:holi* color:#ABC 12:30 - "a  b"')).toEqual([
      { kind: 'tag', text: 'holi', begins: true, negated: true },
      { kind: 'colour', colour: '#abc', negated: false },
      { kind: 'word', text: '12:30', negated: false },
      { kind: 'phrase', text: 'a  b', negated: false },
    ])
    expect(parseSearch('date:2024-02')).toEqual([
      { kind: 'date', from: '2024-02-01', until: '2024-03-01', negated: false },
    ])
  })

  it('takes numbers beyond any picture for one that a database keeps, and that can be typed again', () => {
    const terms = parseSearch('size>999999999999GiB -size<5000GB width>999999999999.9')
    expect(terms.map((each) => each.kind === 'measure' && each.value)).toEqual(Array(3).fill(999_999_999_999))
    expect(parseSearch(formatSearch(terms))).toEqual(terms)
  })

  it.each([
    ['beach "open', 6],
    ['a beach"x', 7],
    ['x tag:', 6],
    ['x foo:bar', 2],
    ['type:raw', 5],
    ['before:2024-13', 7],
    ['date:2023-02-29', 5],
    ['width>wide', 6],
    ['size>5miles', 5],
    ['camera>3', 0],
    ['color:beige', 6],
    [Array(25).fill('x').join(' '), 48],
  ])('%s is refused at %i', (search, position) => {
    expect(fault(search).position).toBe(position)
    const said = searchSchema.safeParse(search).error?.issues[0]?.message
    expect(said).toContain(`at character ${position + 1}: `)
  })
})

describe('colours', () => {
  it.each([
    ['#ff0000', 'red'],
    ['#ff8c00', 'orange'],
    ['#ffe600', 'yellow'],
    ['#2e8b30', 'green'],
    ['#0a9396', 'teal'],
    ['#1e5bd8', 'blue'],
    ['#7b2fbe', 'purple'],
    ['#ff69b4', 'pink'],
    ['#6b4423', 'brown'],
    ['#000000', 'black'],
    ['#808080', 'grey'],
    ['#ffffff', 'white'],
  ])('%s is %s', (hex, name) => {
    expect(nameOfColour(oklabOfHex(hex))).toBe(name)
    expect(colourTermsOf(hex)[0]).toBe(name)
  })
})
