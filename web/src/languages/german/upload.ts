import type { Texts } from '../texts.ts'

export const upload = {
  Uploads: 'Uploads',
  'All uploads': 'Alle Uploads',
  'Choose pictures to upload': 'Bilder zum Hochladen wählen',
  'Choose a folder to upload': 'Ordner zum Hochladen wählen',
  'Drop to upload': 'Zum Hochladen ablegen',
  'More ways to upload': 'Weitere Wege zum Hochladen',
  'From an address…': 'Von einer Adresse …',
  'Upload from an address': 'Von einer Adresse hochladen',
  'Address of the picture': 'Adresse des Bildes',
  'Several with spaces between them. The service fetches them, also when this page is closed.':
    'Mehrere mit Leerzeichen dazwischen. Der Dienst holt sie, auch wenn diese Seite geschlossen wird.',
  'An address begins with http:// or https://.': 'Eine Adresse beginnt mit http:// oder https://.',
  Fetch: 'Holen',
  'Waits to be fetched': 'Wird bald geholt',
  'Being fetched from {host}': 'Wird von {host} geholt',
  'Fetched from {host}': 'Von {host} geholt',
  '{count} files or folders could not be read on this device.': {
    one: 'Eine Datei oder ein Ordner konnte auf diesem Gerät nicht gelesen werden.',
    other: '{count} Dateien oder Ordner konnten auf diesem Gerät nicht gelesen werden.',
  },
  'The rest is uploaded.': 'Der Rest wird hochgeladen.',
  'Keep the folders of {count} files?': {
    one: 'Den Ordner behalten?',
    other: 'Die Ordner von {count} Dateien behalten?',
  },
  'Each folder, such as “{folder}”, can become an album with its path as the name, or a tag on its photos.':
    'Aus jedem Ordner, etwa „{folder}“, kann ein Album mit dem Pfad als Namen werden oder ein Schlagwort seiner Fotos.',
  'Keep the folders in the archive?': 'Die Ordner im Archiv behalten?',
  'Each folder can become an album with its path as the name, or a tag on its photos.':
    'Aus jedem Ordner kann ein Album mit dem Pfad als Namen werden oder ein Schlagwort seiner Fotos.',
  'Photos only': 'Nur Fotos',
  'As tags': 'Als Schlagwörter',
  'As albums': 'Als Alben',

  'Waiting to upload {count} photos': {
    one: '{count} Foto wartet auf das Hochladen',
    other: '{count} Fotos warten auf das Hochladen',
  },
  'Uploading {count} photos': {
    one: '{count} Foto wird hochgeladen',
    other: '{count} Fotos werden hochgeladen',
  },
  'Paused: {count} photos': { one: 'Angehalten: {count} Foto', other: 'Angehalten: {count} Fotos' },
  'Making sizes of {count} photos': {
    one: 'Größen von {count} Foto entstehen',
    other: 'Größen von {count} Fotos entstehen',
  },
  '{ready} uploaded, {trouble} not': '{ready} hochgeladen, {trouble} nicht',
  '{count} files not uploaded': {
    one: '{count} Datei nicht hochgeladen',
    other: '{count} Dateien nicht hochgeladen',
  },
  '{count} photos uploaded': { one: '{count} Foto hochgeladen', other: '{count} Fotos hochgeladen' },
  '{size}/s · {time} left': '{size}/s · noch {time}',

  'Retry {failed}': '{failed} erneut versuchen',
  'Pause all': 'Alle anhalten',
  'Resume all': 'Alle fortsetzen',
  'Cancel all': 'Alle abbrechen',
  'Hide the list': 'Liste ausblenden',
  'Show the list': 'Liste einblenden',
  'The list of uploads could not be loaded. What you chose is uploaded all the same.':
    'Die Liste der Uploads konnte nicht geladen werden. Das Gewählte wird trotzdem hochgeladen.',

  'Upload of {name}': 'Upload von {name}',
  'Pause {name}': '{name} anhalten',
  'Resume {name}': '{name} fortsetzen',
  'Cancel {name}': '{name} abbrechen',
  'Retry {name}': '{name} erneut versuchen',
  '{size} · waiting for the connection': '{size} · wartet auf die Verbindung',
  '{size} · waiting': '{size} · wartet',
  '{size} · waiting. {error}': '{size} · wartet. {error}',
  '{size} · paused': '{size} · angehalten',
  'Paused at {sent} of {size}': 'Angehalten bei {sent} von {size}',
  '{sent} of {size}': '{sent} von {size}',
  'Making sizes · {percent} %': 'Größen entstehen · {percent} %',
  'Making sizes': 'Größen entstehen',
  '{size} · ready': '{size} · fertig',
  'the same file is here already, as {name}': 'dieselbe Datei gibt es schon, als {name}',
  Unpacking: 'Wird ausgepackt',
  '{count} photos unpacked': { one: '{count} Foto ausgepackt', other: '{count} Fotos ausgepackt' },
  Cancelled: 'Abgebrochen',
} as const satisfies Texts
