import type { Texts } from '../texts.ts'

/** The page of presets, for those who administer the service. */
export const presets = {
  Presets: 'Vorgaben',
  presets: 'Vorgaben',
  'The sizes that are made of every upload. Other sizes are made when somebody first asks for them.':
    'Die Größen, die von jedem Upload entstehen. Andere entstehen, wenn jemand sie zum ersten Mal anfordert.',
  'In force': 'In Kraft',
  'Set {number}, since {time}.': 'Satz {number}, seit {time}.',
  'The variable PRESETS of this installation sets them. They are changed there, or here when it is taken away.':
    'Die Variable PRESETS dieser Installation legt sie fest. Geändert werden sie dort, oder hier, wenn sie entfernt ist.',
  'Done in an order of its own, which stays: {steps}.':
    'In eigener Reihenfolge ausgeführt, die bleibt: {steps}.',
  'a list of steps': 'eine Liste von Schritten',
  'the file itself': 'die Datei selbst',
  'always there': 'immer da',
  'Set {number} is being made': 'Satz {number} entsteht',
  'Behind all other work. Until every photo has its sizes, the set in force is shown.':
    'Hinter aller anderen Arbeit. Bis jedes Foto seine Größen hat, gilt der bisherige Satz.',
  Apply: 'Anwenden',
  'of {count} not every size could be made': 'von {count} ließ sich nicht jede Größe machen',
  'Edit presets': 'Vorgaben bearbeiten',
  'What is not in the list is no preset any more. Nothing happens until it is applied.':
    'Was nicht in der Liste steht, ist keine Vorgabe mehr. Vor dem Anwenden geschieht nichts.',
  'The presets changed since this was begun, in another tab or by somebody else.':
    'Die Vorgaben haben sich seit Beginn geändert, in einem anderen Tab oder durch jemand anderen.',
  'The presets changed meanwhile, in another tab or by somebody else. Nothing was changed here.':
    'Die Vorgaben haben sich inzwischen geändert, in einem anderen Tab oder durch jemand anderen. Hier wurde nichts geändert.',
  'Begin from the new ones': 'Mit den neuen beginnen',
  'Keep mine': 'Meine behalten',
  'New preset': 'Neue Vorgabe',
  'Remove {name}': '{name} entfernen',
  'There are {most} at most: remove one to add another.':
    'Höchstens {most} sind möglich: Für eine weitere muss eine entfernt werden.',
  'Add a preset': 'Vorgabe hinzufügen',
  'This page shows photos by {names}: without them it shows their colours in places.':
    'Diese Seite zeigt Fotos in {names}: ohne sie stehen stellenweise nur deren Farben da.',
  'Nothing is changed yet.': 'Noch ist nichts geändert.',
  'A preset has no usable name yet.': 'Eine Vorgabe hat noch keinen brauchbaren Namen.',
  Note: 'Notiz',
  'For the list of sets: why, in a few words.': 'Für die Liste der Sätze: warum, in wenigen Worten.',
  'Apply to all photos': 'Auf alle Fotos anwenden',
  'The presets are being made': 'Die Vorgaben werden angewendet',
  'Give it a name.': 'Ein Name fehlt.',
  'original is the file itself, and always there.': 'original ist die Datei selbst und immer da.',
  'Lower-case letters, digits and dashes, beginning with a letter, at most 32.':
    'Kleinbuchstaben, Ziffern und Striche, mit einem Buchstaben am Anfang, höchstens 32.',
  'Another preset has this name.': 'Diesen Namen hat schon eine andere.',
  'the cost': 'die Kosten',
  'What it costs': 'Was es kostet',
  'Pictures to make': 'Bilder zu machen',
  'They take': 'Sie brauchen',
  'Time, at least': 'Zeit, mindestens',
  'not known': 'nicht bekannt',
  'Not needed any more': 'Nicht mehr gebraucht',
  new: 'neu',
  changed: 'geändert',
  removed: 'entfernt',
  'as it is': 'wie bisher',
  'Judged from {versions} photos drawn at random of {all}, {renditions} stored sizes of them, and the time of {jobs} jobs, for {slots} at once. Everybody else’s work goes first.':
    'Geschätzt nach {versions} zufällig gezogenen Fotos von {all}, {renditions} gespeicherten Größen davon und der Zeit von {jobs} Aufträgen, bei {slots} zugleich. Alle andere Arbeit geht vor.',
  'Its steps are more than these controls can say. It stays as it is; the API changes it.':
    'Ihre Schritte sind mehr, als diese Regler sagen können. Sie bleibt, wie sie ist; ändern lässt sie sich über die API.',
  'With photos of your own there would be samples here.': 'Mit eigenen Fotos stünden hier Proben.',
  Samples: 'Proben',
  Sets: 'Sätze',
  sets: 'Sätze',
  'Set {number}': 'Satz {number}',
  'as set {number}': 'wie Satz {number}',
  'Every change is a set of its own, and each can be brought back.':
    'Jede Änderung ist ein eigener Satz, und jeder lässt sich zurückholen.',
  'Being made': 'Entsteht',
  Earlier: 'Früher',
  none: 'keine',
  'Bring back': 'Zurückholen',
  'Bring back set {number}': 'Satz {number} zurückholen',
  'Show older sets': 'Ältere Sätze zeigen',
} as const satisfies Texts
