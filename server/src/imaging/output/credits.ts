import { escapeMarkup } from '@rendition/contract/markup'

/** Where EXIF names who made a picture and who owns it (TIFF 6.0). */
export const creditTags = { artist: 0x013b, copyright: 0x8298 } as const

/** A packet of XMP that says who is to be named (`photoshop:Credit`, the credit line of IPTC Core) and nothing else. */
export function packetOfCredit(credit: string): Uint8Array {
  return Buffer.from(
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">' +
      '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" ' +
      `xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"><photoshop:Credit>${escapeMarkup(credit)}</photoshop:Credit>` +
      '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>',
  )
}
