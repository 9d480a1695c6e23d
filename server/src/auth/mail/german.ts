import type { MailWords } from './words.ts'

/** With the words of `docs/design.md`, and as there without addressing anybody. */
export const german: MailWords = {
  reset: (host) => ({
    subject: `Neues Passwort für ${host}`,
    lead: `Für das Konto mit dieser Adresse bei ${host} wurde ein neues Passwort angefordert.`,
    action: 'Neues Passwort festlegen',
    notes: [
      'Der Link gilt einmal, eine Stunde lang. Danach sind alle Geräte abgemeldet.',
      'Nichts angefordert? Dann ist nichts zu tun: Das Passwort bleibt, wie es ist.',
    ],
  }),
  invite: (host, days) => ({
    subject: `Einladung zu ${host}`,
    lead: `Dies ist eine Einladung zu ${host}, wo Bilder aufbewahrt und in jeder Größe gezeigt werden.`,
    action: 'Konto anlegen',
    notes: [
      `Der Link gilt einmal, ${days} Tage lang.`,
      'Die Einladung kommt unerwartet? Dann ist nichts zu tun: Es wird kein Konto angelegt.',
    ],
  }),
  verify: (host, days) => ({
    subject: `Adresse bei ${host} bestätigen`,
    lead: `Diese Adresse soll für ein Konto bei ${host} verwendet werden.`,
    action: 'Adresse bestätigen',
    notes: [
      `Der Link gilt einmal, ${days} Tage lang, für alle, die bei diesem Konto angemeldet sind.`,
      'Das Konto ist fremd? Dann ist nichts zu tun: Die Adresse bleibt dort unbestätigt.',
    ],
  }),
  notice: {
    subject: {
      signIns: (host) => `Neue Anmeldung bei ${host}`,
      security: (host) => `Änderung am Konto bei ${host}`,
      files: (host) => `Dateien bei ${host}`,
      quota: (host) => `Speicherplatz bei ${host} fast aufgebraucht`,
    },
    lead: (host) => `Das ist mit dem Konto bei ${host} geschehen:`,
    action: 'Konto ansehen',
    alarm:
      'War das jemand anderes? Dann anmelden, ein anderes Passwort festlegen und unter Konto die anderen Geräte abmelden.',
    choice: 'Welche dieser E-Mails kommen, steht dort unter Benachrichtigungen.',
    told: {
      'session.start': 'Anmeldung von einem bisher unbekannten Gerät',
      'account.verify': 'die Adresse wurde geändert',
      'two-step.on': 'die Anmeldung in zwei Schritten wurde eingeschaltet',
      'two-step.codes': 'neue Wiederherstellungscodes wurden erstellt',
      'two-step.off': 'die Anmeldung in zwei Schritten wurde ausgeschaltet',
      'key.create': 'ein API-Schlüssel wurde erstellt',
      'identity.link': 'ein Anbieter wurde verknüpft, über den man sich bei dem Konto anmelden kann',
      'identity.unlink': 'die Verknüpfung mit einem Anbieter wurde aufgehoben',
      'user.password-link': 'ein Link zum Festlegen eines neuen Passworts wurde erstellt',
      'user.sign-in-link': 'ein Link zum Anmelden wurde erstellt',
      'export.ready': 'ein Export kann heruntergeladen werden',
      'export.failed': 'ein Export ist fehlgeschlagen',
    },
    changed: {
      password: 'das Passwort wurde geändert',
      email: 'die Adresse wurde geändert',
      role: 'die Rolle wurde geändert',
      deactivated: 'das Konto wurde deaktiviert',
      activated: 'das Konto wurde aktiviert',
      signedOut: 'alle Geräte wurden abgemeldet',
      other: 'das Konto wurde geändert',
    },
    jobFailed: { import: 'ein Import ist fehlgeschlagen', unpack: 'ein Archiv konnte nicht entpackt werden' },
    quota: (percent) => `${percent} % des Speicherplatzes sind belegt`,
    byOther: 'von der Verwaltung oder dem Betreiber',
    device: (program, system) => `${program} unter ${system}`,
  },
  openAddress: 'Oder diese Adresse öffnen:',
}
