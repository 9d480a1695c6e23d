import type { Texts } from '../texts.ts'

/** Links for guests, and what guests see. */
export const shares = {
  'Photos to add': 'Fotos zum Hinzufügen',
  'Add photos': 'Fotos hinzufügen',
  '{done} of {total} sent': '{done} von {total} gesendet',
  '{count} files not taken': {
    one: '{count} Datei nicht angenommen',
    other: '{count} Dateien nicht angenommen',
  },
  'An album': 'Ein Album',
  'A photo': 'Ein Foto',
  'Whoever has one of these links sees its photos, without an account, until it ends or you revoke it.':
    'Wer einen dieser Links hat, sieht seine Fotos, ohne Konto, bis er endet oder widerrufen wird.',
  Loading: 'Wird geladen',
  'Nothing is shared. Open an album or select photos, and choose Share.':
    'Noch keine Freigaben. Ein Album öffnen oder Fotos auswählen, dann „Freigeben“.',
  'The browser did not copy it. It is selected: copy it by hand.':
    'Der Browser hat nicht kopiert. Der Link ist markiert: bitte von Hand kopieren.',
  'The link': 'Der Link',
  Copy: 'Kopieren',
  'Copy it now: it is shown this once.': 'Jetzt kopieren: Er erscheint nur dieses eine Mal.',
  'Make another': 'Weiteren erstellen',
  Share: 'Freigeben',
  'Share {name}': '{name} freigeben',
  'the album “{name}”': 'Album „{name}“',
  'Whoever has the link sees what is in the album and nothing else. No account is needed.':
    'Wer den Link hat, sieht, was im Album ist, und sonst nichts. Ein Konto ist nicht nötig.',
  'Whoever has the link sees this photo and nothing else. No account is needed.':
    'Wer den Link hat, sieht dieses Foto und sonst nichts. Ein Konto ist nicht nötig.',
  'Whoever has the link sees these photos and nothing else. No account is needed.':
    'Wer den Link hat, sieht diese Fotos und sonst nichts. Ein Konto ist nicht nötig.',
  'A link opens {most} photos at most. Put them into an album and share that.':
    'Ein Link öffnet höchstens {most} Fotos. Mehr gehören in ein Album, das sich freigeben lässt.',
  'Links that there are': 'Vorhandene Links',
  'The link ends after': 'Der Link endet nach',
  'Password, if you want one': 'Passwort (freiwillig)',
  'At least {count} characters.': 'Mindestens {count} Zeichen.',
  'Send it by another way than the link.': 'Auf anderem Weg senden als den Link.',
  'In the sizes they see, not the original file.': 'In den Größen, die sie sehen, nicht die Originaldatei.',
  'In some sizes only': 'Nur in bestimmten Größen',
  'Guests see the photos in the sizes you choose.': 'Gäste sehen die Fotos in den gewählten Größen.',
  'Sizes for guests': 'Größen für Gäste',
  'Choose one size at least.': 'Mindestens eine Größe wählen.',
  'A size that was chosen is not there any more. Look at the sizes once more.':
    'Eine gewählte Größe gibt es nicht mehr. Bitte noch einmal nach den Größen sehen.',
  'The original files too': 'Auch die Originaldateien',
  'As they were uploaded, without the place where they were taken.':
    'Wie hochgeladen, ohne den Ort der Aufnahme.',
  'Guests may download': 'Gäste dürfen herunterladen',
  'They come into this album and count in your space.':
    'Sie kommen in dieses Album und zählen zum eigenen Speicherplatz.',
  'Guests may add photos': 'Gäste dürfen Fotos hinzufügen',
  'Make the link': 'Link erstellen',
  'Change the link': 'Link ändern',
  'The link is changed': 'Der Link ist geändert',
  'Its address stays: nobody has to be sent another.': 'Seine Adresse bleibt: Niemand braucht eine neue.',
  'When the link ends': 'Wann der Link endet',
  'Title for guests': 'Titel für Gäste',
  'Where it is empty, the name of the album.': 'Leer erscheint der Name des Albums.',
  'Guests need a password': 'Gäste brauchen ein Passwort',
  'Another password': 'Anderes Passwort',
  'share|Password': 'Passwort',
  'Where it is empty, the password stays.': 'Leer bleibt das Passwort, wie es ist.',
  'Made {time}': 'Erstellt {time}',
  'share|password': 'Passwort',
  downloads: 'Downloads',
  'guests add': 'Gäste fügen hinzu',
  'Shows nothing any more: its sizes are gone': 'Zeigt nichts mehr: Seine Größen gibt es nicht mehr',
  Remove: 'Entfernen',
  Revoke: 'Widerrufen',
  'Whoever has it sees nothing any more, at once. The photos stay.':
    'Wer ihn hat, sieht ab sofort nichts mehr. Die Fotos bleiben.',
  'Revoke this link?': 'Diesen Link widerrufen?',
  'Until it is revoked': 'Bis zum Widerruf',
  'Ended {time}': 'Beendet {time}',
  'Until {time}': 'Bis {time}',
  'Download all': 'Alle herunterladen',
  'Cancel · {done} of {total}': 'Abbrechen · {done} von {total}',
  'All of it together is too much for one file. Download the photos one by one.':
    'Alles zusammen ist zu viel für eine Datei. Die Fotos lassen sich einzeln herunterladen.',
  '{count} photos are not in it: they are not here any more.': {
    one: '{count} Foto fehlt darin: Es ist nicht mehr da.',
    other: '{count} Fotos fehlen darin: Sie sind nicht mehr da.',
  },
  'The link offers no files any more.': 'Der Link bietet keine Dateien mehr an.',
  'The photo cannot be downloaded in this size any more. Look at what the link offers now.':
    'Das Foto lässt sich in dieser Größe nicht mehr herunterladen. Bitte nachsehen, was der Link jetzt anbietet.',
  '{error} Nothing was downloaded.': '{error} Es wurde nichts heruntergeladen.',
  'Being processed': 'In Arbeit',
  'These photos are protected': 'Diese Fotos sind geschützt',
  'Whoever sent you the link knows the password.': 'Das Passwort weiß, wer den Link geschickt hat.',
  'Shared photos': 'Geteilte Fotos',
  'Opening the link': 'Link wird geöffnet',
  'Ask whoever sent it to you for a new one.': 'Einen neuen gibt es dort, wo er herkam.',
  'This link has ended': 'Dieser Link ist abgelaufen',
  'It was revoked, or is not whole. Ask whoever sent it to you.':
    'Er wurde widerrufen oder ist unvollständig. Genaueres weiß, wer ihn geschickt hat.',
  'There is nothing behind this link': 'Hinter diesem Link ist nichts',
  'The photos could not be loaded': 'Die Fotos konnten nicht geladen werden',
  'until {time}': 'bis {time}',
  'No photos yet. Add the first ones.': 'Noch keine Fotos. Jetzt die ersten hinzufügen.',
  'There are no photos here at the moment.': 'Hier sind gerade keine Fotos.',
  'This link does not show its photos any more. Ask whoever sent it to you.':
    'Dieser Link zeigt seine Fotos nicht mehr. Genaueres weiß, wer ihn geschickt hat.',
  'Shared with Rendition': 'Geteilt mit Rendition',
  'This photo is being processed': 'Dieses Foto ist in Arbeit',
} as const satisfies Texts
