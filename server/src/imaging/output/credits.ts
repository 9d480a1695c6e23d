import { escapeMarkup } from '@rendition/contract/markup'
import { type Credits, creditsIn } from '../embedded/read-metadata.ts'
import { tagsOfBlocks } from '../embedded/tags-of.ts'
import { bytesOf, latin1 } from '../metadata/values.ts'

/** Where EXIF names who made a picture and who owns it (TIFF 6.0). */
export const creditTags = { artist: 0x013b, copyright: 0x8298 } as const

const list = (kind: 'Seq' | 'Alt', text: string, more = ''): string =>
  `<rdf:${kind}><rdf:li${more}>${escapeMarkup(text)}</rdf:li></rdf:${kind}>`

/** As a description of its own: its prefixes are declared in it, so that it may stand in any packet. */
function descriptionOf({ creator = null, credit = null, copyright = null }: Partial<Credits>): string {
  const properties = [
    credit === null ? '' : `<photoshop:Credit>${escapeMarkup(credit)}</photoshop:Credit>`,
    creator === null ? '' : `<dc:creator>${list('Seq', creator)}</dc:creator>`,
    copyright === null ? '' : `<dc:rights>${list('Alt', copyright, ' xml:lang="x-default"')}</dc:rights>`,
  ]
  return (
    '<rdf:Description xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" ' +
    `xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/">${properties.join('')}</rdf:Description>`
  )
}

/** A packet of XMP that says these and nothing else; null where nothing is to be said. */
export function packetOfCredits(credits: Partial<Credits>): Uint8Array | null {
  if (Object.values(credits).every((text) => text === null)) return null
  return Buffer.from(
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">' +
      `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">${descriptionOf(credits)}</rdf:RDF>` +
      '</x:xmpmeta><?xpacket end="r"?>',
  )
}

/** A packet with who is to be named, where it does not say so itself. */
export function withCredit(packet: Uint8Array, credit: string): Uint8Array {
  const text = latin1(packet)
  const says = /[:<]Credit[\s=>]/.test(text) && creditsIn(tagsOfBlocks({ xmp: packet })).credit !== null
  if (says) return packet
  const bare = text.replace(emptyCredit, '')
  const end = bare.search(/<\/(?:[\w.-]+:)?RDF\s*>/)
  if (end === -1) return packet
  const named = latin1(Buffer.from(descriptionOf({ credit })))
  return bytesOf(bare.slice(0, end) + named + bare.slice(end))
}

/** A credit of nothing, as attribute or element: a property may stand in a packet once. */
const emptyCredit =
  /\s[\w.-]+:Credit\s*=\s*(["'])\s*\1|<([\w.-]+:)?Credit(?:\s[^<>]*)?(?:\/>|>\s*<\/\2Credit\s*>)/g
