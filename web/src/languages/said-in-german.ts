import type { Texts } from './texts.ts'
import { createSaySaid } from './translate-said.ts'

/**
 * What the service says beside a code, by its English with holes for what it fills in: details of problems, faults of fields,
 * why a job or a file failed. What is not here is said by its code. A test finds what the service says no more.
 */
export const saidInGerman = {
  // Accounts
  'This account is disabled.': 'Dieses Konto ist deaktiviert.',
  'This account is gone.': 'Dieses Konto gibt es nicht mehr.',
  'This account is being erased.': 'Dieses Konto wird gerade gelöscht.',
  'Only administrators may do that.': 'Das darf nur die Verwaltung.',
  'Viewers may only read.': 'Gäste dürfen nur ansehen.',
  'An API key does not do that. Sign in for it.':
    'Mit einem API-Schlüssel geht das nicht, nur mit einer Anmeldung.',
  'Ask an administrator for an account.': 'Ein Konto gibt es bei der Verwaltung.',
  'You have no account here. Ask an administrator for one.':
    'Hier gibt es dazu kein Konto. Die Verwaltung kann eines anlegen.',
  'Your account at {name} has no role here. Ask an administrator.':
    'Das Konto bei {name} hat hier keine Rolle. Die Verwaltung kann helfen.',
  'An account with your address exists. Sign in to it as you did before, and link {name} under Security.':
    'Ein Konto mit dieser Adresse gibt es schon. Bitte wie bisher anmelden und {name} unter Sicherheit verknüpfen.',
  'An account with this email exists.': 'Ein Konto mit dieser E-Mail-Adresse gibt es schon.',
  'An account with this {field} exists.': 'Ein Konto mit diesem Namen gibt es schon.',
  'Another account has this address by now.': 'Inzwischen hat ein anderes Konto diese Adresse.',
  'No address waits to be verified.': 'Es ist keine Adresse zu bestätigen.',
  'The link was used, is too old, or is not whole. Ask for another one.':
    'Der Link wurde schon benutzt, ist zu alt oder unvollständig. Bitte einen neuen anfordern.',
  'The link was used, is too old, or belongs to another account than the one that is signed in.':
    'Der Link wurde schon benutzt, ist zu alt oder gehört zu einem anderen Konto als dem angemeldeten.',
  'This leads to no receipt: it is not whole, or its time is over.':
    'Hier gibt es keine Quittung: Der Link ist unvollständig, oder seine Zeit ist um.',
  'Ask an administrator for a link to set a new password by.':
    'Einen Link für ein neues Passwort gibt es bei der Verwaltung.',
  'You are signed in already.': 'Hier ist schon jemand angemeldet.',
  'Sign in once more.': 'Bitte noch einmal anmelden.',
  'Sign out and in again, then do this within ten minutes.':
    'Bitte ab- und wieder anmelden; in den zehn Minuten danach geht es.',
  'The sign-in took too long, was used already, or began in another tab. Begin anew.':
    'Die Anmeldung hat zu lange gedauert, wurde schon benutzt oder in einem anderen Tab begonnen. Bitte neu beginnen.',
  'Another account, or a session that ended, began this. Begin anew.':
    'Begonnen hat das ein anderes Konto oder eine beendete Sitzung. Bitte neu beginnen.',
  'Codes of the app cannot be checked: this installation lost the secrets they were set up with. Use a recovery code.':
    'Codes der App können nicht geprüft werden: Diese Installation hat die Geheimnisse dazu verloren. Ein Wiederherstellungscode geht noch.',
  'Two-step sign-in is on already.': 'Die Anmeldung in zwei Schritten ist schon an.',
  'Two-step sign-in is not on.': 'Die Anmeldung in zwei Schritten ist nicht an.',
  'It signs in to another account here already. Take the link off there first.':
    'Damit meldet sich hier schon ein anderes Konto an. Bitte zuerst dort die Verknüpfung aufheben.',
  '{name} cannot be reached from here just now. Try again in a minute; if it goes on, tell whoever runs this installation.':
    '{name} ist von hier gerade nicht erreichbar. Bitte in einer Minute noch einmal versuchen; hält es an, weiß der Betreiber Rat.',
  '{name} signs in at {url} alone: open the page there.':
    'Mit {name} geht die Anmeldung nur unter {url}: Bitte die Seite dort öffnen.',
  'This is the last administrator. Make another account one first.':
    'Dies ist das letzte Konto der Verwaltung. Bitte zuerst einem anderen diese Rolle geben.',
  'An account can have {count} API keys.': 'Ein Konto kann {count} API-Schlüssel haben.',
  'An account can have {count} links.': 'Ein Konto kann {count} Verknüpfungen haben.',
  'There can be {count} open invitations.': 'Es kann {count} offene Einladungen geben.',
  'Too many sign-ins at once.': 'Gerade melden sich zu viele gleichzeitig an.',
  'Too many mails wait to be sent.': 'Es warten schon zu viele E-Mails auf den Versand.',

  // Uploads and pictures
  'The file is empty.': 'Die Datei ist leer.',
  'The file is {found}, and was said to be {type}.': 'Die Datei ist {found} und war als {type} angekündigt.',
  'Raw camera files are not accepted, unless they hold a preview of the whole picture: upload a JPEG, TIFF or HEIC made from it.':
    'Rohdateien von Kameras werden nur angenommen, wenn sie eine Vorschau des ganzen Bildes enthalten: Bitte ein JPEG, TIFF oder HEIC daraus hochladen.',
  'HEIC pictures are not accepted here.': 'HEIC-Bilder werden hier nicht angenommen.',
  'This kind of image cannot be decoded here.': 'Diese Art von Bild kann hier nicht gelesen werden.',
  'A file may have at most {bytes} bytes.': 'Eine Datei darf höchstens {bytes} Bytes haben.',
  'This account may keep at most {count} images.': 'Dieses Konto darf höchstens {count} Bilder behalten.',
  'This account may keep at most {bytes} bytes.': 'Dieses Konto darf höchstens {bytes} Bytes behalten.',
  'At most {count} uploads may be unfinished at a time.':
    'Höchstens {count} Uploads dürfen gleichzeitig unfertig sein.',
  'At most {count} {things} of one {whose} at a time.':
    'Das sind zu viele auf einmal: Höchstens {count} sind gleichzeitig möglich.',
  'Each side may have {most} pixels; this picture is {width} × {height}.':
    'Jede Seite darf {most} Pixel haben; dieses Bild hat {width} × {height}.',
  'A picture may have {most} pixels; this one is {width} × {height}.':
    'Ein Bild darf {most} Pixel haben; dieses hat {width} × {height}.',
  'All frames together may have {most} pixels; these are {frames} of {width} × {height}.':
    'Alle Einzelbilder zusammen dürfen {most} Pixel haben; dies sind {frames} mit {width} × {height}.',
  'The pixels of the GIF are damaged.': 'Die Pixel des GIF sind beschädigt.',
  'The pixels of the TIFF are damaged or cut off.': 'Die Pixel des TIFF sind beschädigt oder abgeschnitten.',
  'The JPEG breaks off before its end.': 'Das JPEG bricht vor seinem Ende ab.',
  'An animation cannot be written as AVIF: choose webp or gif, or one frame.':
    'Eine Animation kann nicht als AVIF ausgegeben werden: WebP oder GIF geht, oder ein Einzelbild.',
  '{format} cannot be lossless: choose png, webp or avif.':
    '{format} kann nicht verlustfrei sein: PNG, WebP und AVIF können es.',
  'The format cannot hold a picture of that size.': 'Ein Bild dieser Größe passt nicht in dieses Format.',
  'The result would have {width} × {height} pixels; possible are {most}.':
    'Das Ergebnis hätte {width} × {height} Pixel; möglich sind {most}.',
  '{side} pixels a side and {all} in all': '{side} Pixel je Seite und {all} insgesamt',
  'Guests of this share add no pictures.': 'Zu dieser Freigabe können Gäste keine Bilder hinzufügen.',
  'The image is in the trash. Restore it first.':
    'Das Bild liegt im Papierkorb. Bitte zuerst wiederherstellen.',
  'The image to keep is not there any more, or in the trash.':
    'Das Bild, das bleiben soll, gibt es nicht mehr, oder es liegt im Papierkorb.',
  'An image may have {count} tags.': 'Ein Bild kann {count} Schlagwörter haben.',
  'There is no such image.': 'Dieses Bild gibt es nicht.',
  'There is no such version.': 'Diese Version gibt es nicht.',
  'There is no such album.': 'Dieses Album gibt es nicht.',
  'There is no such share.': 'Diese Freigabe gibt es nicht.',
  'There is no such webhook.': 'Diesen Webhook gibt es nicht.',
  'There is no such job.': 'Diesen Auftrag gibt es nicht.',
  'There is no such saved search.': 'Diese gemerkte Suche gibt es nicht.',
  'Another saved search has this name.': 'Eine andere gemerkte Suche heißt schon so.',
  'An account may have {count} webhooks.': 'Ein Konto kann {count} Webhooks haben.',
  'An account may have {count} albums.': 'Ein Konto kann {count} Alben haben.',
  'An account may have {count} shares.': 'Ein Konto kann {count} Freigaben haben.',
  'An account may keep {count} searches.': 'Ein Konto kann {count} Suchen behalten.',
  'An album may hold {count} images.': 'Ein Album kann {count} Bilder enthalten.',
  'An account may have {count} exports at a time. Remove one first.':
    'Ein Konto kann {count} Exporte gleichzeitig haben. Bitte zuerst einen entfernen.',
  'The export failed. Make another.': 'Der Export ist fehlgeschlagen. Bitte einen neuen erstellen.',
  'The export is not ready yet.': 'Der Export ist noch nicht bereit.',
  'A picture in this export was deleted or moved to the trash since it was made. Make the export anew.':
    'Seit der Export erstellt wurde, ist ein Bild darin gelöscht worden oder in den Papierkorb gekommen. Bitte den Export neu erstellen.',

  // Addresses
  '{address} may not be reached: only public addresses may, and private ones that OUTBOUND_ALLOW names.':
    '{address} darf nicht erreicht werden: nur öffentliche Adressen und private, die OUTBOUND_ALLOW nennt.',
  'The address must be an http or https URL without credentials.':
    'Die Adresse muss eine http- oder https-URL ohne Zugangsdaten sein.',
  'The address could not be reached in time.': 'Die Adresse war nicht rechtzeitig zu erreichen.',
  'The address answered {status}.': 'Die Adresse hat mit {status} geantwortet.',
  'There were too many redirects.': 'Es waren zu viele Weiterleitungen.',
  'The answer broke off, or took too long.': 'Die Antwort brach ab oder dauerte zu lange.',
  'The answer ended before the picture did.': 'Die Antwort endete vor dem Bild.',
  'The webhook is disabled; enable it first.': 'Der Webhook ist abgeschaltet; bitte zuerst einschalten.',
  'Turned off by its owner.': 'Von Hand angehalten.',
  'Every attempt failed for {count} days.': 'Seit {count} Tagen scheiterte jeder Versuch.',
  'The endpoint answered 410 Gone.': 'Der Endpunkt hat mit 410 geantwortet: Es gibt ihn nicht mehr.',
  'The endpoint answered {status}.': 'Der Endpunkt hat mit {status} geantwortet.',
  'The endpoint could not be reached.': 'Der Endpunkt war nicht zu erreichen.',
  'The endpoint is turned off.': 'Der Endpunkt ist abgeschaltet.',
  'No connection could be made from here.': 'Von hier kam keine Verbindung zustande.',

  // Jobs and the operator's
  'The image of this job was deleted.': 'Das Bild dieses Auftrags wurde gelöscht.',
  'The image of this job is gone.': 'Das Bild dieses Auftrags gibt es nicht mehr.',
  'The same work is already being done by another job.': 'Dasselbe macht schon ein anderer Auftrag.',
  'Those jobs are in that lane.': 'Diese Aufträge sind schon in dieser Spur.',
  'The presets were changed meanwhile. Read them again, and then change them.':
    'Die Vorgaben wurden inzwischen geändert. Bitte neu laden und dann ändern.',
  'The presets are set by the variable PRESETS of this installation. They are changed there, or here when it is taken away.':
    'Die Vorgaben stehen in der Variable PRESETS dieser Installation. Geändert werden sie dort, oder hier, wenn es sie nicht mehr gibt.',
  '{count} purges are under way: wait for one of them.':
    'Es laufen schon {count} Leerungen: Bitte auf eine davon warten.',
  'The service is shutting down.': 'Der Dienst wird gerade beendet.',
  'The machine is too busy to render this now.': 'Der Rechner ist dafür gerade zu beschäftigt.',
  'The storage cannot be used just now.': 'Der Speicher kann gerade nicht benutzt werden.',
  'The database cannot be reached.': 'Die Datenbank ist nicht erreichbar.',
  'The queue cannot be reached.': 'Die Warteschlange ist nicht erreichbar.',
  'This part of the service is not reachable.': 'Dieser Teil des Dienstes ist nicht erreichbar.',

  // What was left out of a picture, or could not be made of it
  '{format} holds no animation: this is its first frame.':
    '{format} kann keine Animation enthalten: Dies ist das erste Einzelbild.',
  'The animation was dropped, as its frames are damaged or cannot be written: this is the first one.':
    'Die Animation fiel weg, weil ihre Einzelbilder beschädigt sind oder nicht geschrieben werden können: Dies ist das erste.',
  'The animation was shortened: its repetitions or times are more than can be written.':
    'Die Animation wurde gekürzt: Ihre Wiederholungen oder Zeiten sind mehr, als geschrieben werden kann.',
  'The source was smaller than any encoding of it.': 'Das Original war kleiner als jede Kodierung davon.',
  'The metadata was dropped: it is damaged, or cannot be written.':
    'Die Metadaten fielen weg: Sie sind beschädigt oder können nicht geschrieben werden.',
  'The colours are sRGB: {format} files here hold no profile.':
    'Die Farben sind sRGB: Dateien in {format} enthalten hier kein Profil.',
  'HDR was tone-mapped: {format} files here hold none, AVIF does.':
    'HDR wurde umgerechnet: Dateien in {format} enthalten hier keines, AVIF kann es.',
  'HDR was tone-mapped: it is kept through cutting, scaling, mirroring and quarter turns alone.':
    'HDR wurde umgerechnet: Es bleibt nur beim Zuschneiden, Skalieren, Spiegeln und bei Vierteldrehungen.',
  'The HDR gain map was dropped: it is damaged, or cannot be written.':
    'Die HDR-Gain-Map fiel weg: Sie ist beschädigt oder kann nicht geschrieben werden.',
  'The HDR gain map was dropped: it is kept beside colours of sRGB alone.':
    'Die HDR-Gain-Map fiel weg: Sie bleibt nur neben Farben in sRGB.',
  'The HDR gain map was dropped: {format} files here have none.':
    'Die HDR-Gain-Map fiel weg: Dateien in {format} haben hier keine.',
  'The HDR gain map was dropped: it cannot follow the turn that the camera noted.':
    'Die HDR-Gain-Map fiel weg: Der Drehung, die die Kamera vermerkt hat, kann sie nicht folgen.',
  'The HDR gain map was dropped: it cannot follow these operations.':
    'Die HDR-Gain-Map fiel weg: Diesen Schritten kann sie nicht folgen.',
  'The HDR gain map was dropped: the picture is too small to show it.':
    'Die HDR-Gain-Map fiel weg: Das Bild ist zu klein, um sie zu zeigen.',
  '{bytes} bytes is the least that {format} takes here, and {most} may be':
    '{format} braucht hier mindestens {bytes} Bytes, erlaubt sind {most}',

  // What the URL builder is told of an answer
  'The focal point or another image may change the picture: the answer is kept for a short time only, even with v.':
    'Der Bildschwerpunkt oder ein anderes Bild kann es ändern: Die Antwort wird nur kurz behalten, auch mit v.',
  'Without v the answer is kept for a short time only; with v it is kept for a year.':
    'Ohne v wird die Antwort nur kurz behalten, mit v ein Jahr lang.',
  'The presets were changed: the answer is kept for a short time only; with set={set} for a year.':
    'Die Vorgaben wurden geändert: Die Antwort wird nur kurz behalten, mit set={set} ein Jahr lang.',
  'The picture has {width} × {height} pixels and is enlarged.':
    'Das Bild hat {width} × {height} Pixel und wird vergrößert.',
  'AVIF takes several times longer to make than WebP; format=auto serves it once it exists.':
    'AVIF zu berechnen dauert mehrmals so lange wie WebP; format=auto liefert es aus, sobald es da ist.',
  'The picture moves, and JPEG keeps one frame.': 'Das Bild bewegt sich, und JPEG behält ein Einzelbild.',
  'No quality was named: what the format has by default.':
    'Es wurde keine Qualität genannt: was das Format von sich aus hat.',
  'The recipe names it.': 'Das Rezept nennt es.',
  'The original keeps its own format.': 'Das Original behält sein Format.',
  "No format was named: the original's own, where browsers show it.":
    'Es wurde kein Format genannt: das des Originals, wo Browser es zeigen.',

  // Fields
  'is taken': 'ist schon vergeben',
  'is needed': 'wird gebraucht',
  'is needed for this': 'wird dafür gebraucht',
  'is needed: a link is mailed to it': 'wird gebraucht: dorthin geht ein Link',
  'is not an email address': 'ist keine E-Mail-Adresse',
  'this password is among those that are tried first: choose another one':
    'dieses Passwort gehört zu denen, die zuerst probiert werden: bitte ein anderes wählen',
  'letters, digits, dot, dash and underscore only': 'nur Buchstaben, Ziffern, Punkt, Binde- und Unterstrich',
  'no letters that cannot be seen': 'keine unsichtbaren Zeichen',
  'no control characters': 'keine Steuerzeichen',
  'letters of one alphabet only': 'Buchstaben nur eines Alphabets',
  'email or username is required': 'E-Mail-Adresse oder Benutzername wird gebraucht',
  'must be in the future': 'muss in der Zukunft liegen',
  'must be an http or https URL': 'muss eine http- oder https-URL sein',
  'at least {count} characters': 'mindestens {count} Zeichen',
  'at most {count} characters': 'höchstens {count} Zeichen',

  // Searches
  'at character {position}: {what}': 'ab Zeichen {position}: {what}',
  'must have at most {count} characters': 'darf höchstens {count} Zeichen haben',
  'is the {count}th thing; {most} may be asked for': 'zu viele Begriffe; möglich sind {most}',
  'a quotation mark stands inside a word': 'ein Anführungszeichen steht mitten im Wort',
  'the quotation is not closed': 'das schließende Anführungszeichen fehlt',
  '{key} cannot be compared; {others} can': '{key} kann nicht verglichen werden; möglich ist es mit {others}',
  '{key}: what is asked for is missing': '{key}: dahinter fehlt, was gesucht wird',
  '{key} is one of {names}': '{key} ist eines von {names}',
  'there is no search by {key}; put it into quotation marks to look for it as it is':
    'eine Suche nach {key} gibt es nicht; in Anführungszeichen wird wörtlich danach gesucht',
  '{key} takes a day as 2024, 2024-05 or 2024-05-01':
    '{key} braucht einen Tag wie 2024, 2024-05 oder 2024-05-01',
  '{key} takes a number, as in {example}': '{key} braucht eine Zahl wie in {example}',
} as const satisfies Texts

export const sayInGerman = createSaySaid(saidInGerman, 'de')
