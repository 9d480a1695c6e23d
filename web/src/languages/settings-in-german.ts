import type { Texts } from './texts.ts'

/** What `docs/config.md` says of each variable, by its English there: a test finds what is missing or changed. Fetched with the page of settings alone. */
export const settingsInGerman = {
  'Address to listen on. The default answers this machine only.':
    'Adresse, auf der gelauscht wird. Der Standard antwortet nur diesem Rechner.',
  'Port to listen on; 0 takes a free one. 8080 where the gateway runs, else the port of the role.':
    'Port, auf dem gelauscht wird; 0 nimmt einen freien. Ohne Angabe 8080, wo das Gateway läuft, sonst der Port der Rolle.',
  'How the world reaches the service: every URL in an answer begins with it. Without it answers take the host that was asked, and what is sent later the address it listens on.':
    'Wie der Dienst von außen erreicht wird: Jede URL in einer Antwort beginnt damit. Ohne Angabe gilt in Antworten der Host der Anfrage und für später Gesendetes die Adresse, auf der gelauscht wird.',
  'Folder of everything embedded: database, files, secrets.':
    'Ordner für alles Eingebettete: Datenbank, Dateien, Geheimnisse.',
  'The text of a secrets.json that several processes share; made in the data folder without it.':
    'Der Text einer secrets.json, die sich mehrere Prozesse teilen; ohne Angabe entsteht sie im Datenordner.',
  'What runs in this process, a comma-separated subset of the default.':
    'Was in diesem Prozess läuft: ein Teil des Standards, durch Kommas getrennt.',
  'fatal, error, warn, info, debug, trace, silent': 'fatal, error, warn, info, debug, trace oder silent',
  'Origins of other sites whose pages may call the API, comma-separated; * for any.':
    'Ursprünge anderer Websites, deren Seiten die API aufrufen dürfen, durch Kommas getrennt; * für alle.',
  'Whether the page keeps itself, and what an account saw lately, in the browser for when the service cannot be reached. false also deletes what browsers kept.':
    'Ob die Seite sich selbst und zuletzt Gesehenes eines Kontos im Browser aufhebt, für Zeiten, in denen der Dienst nicht erreichbar ist. false löscht auch, was Browser schon aufgehoben haben.',
  'Proxies whose X-Forwarded-* headers are believed: true, false, or addresses and CIDRs.':
    'Proxys, deren X-Forwarded-*-Kopfzeilen geglaubt wird: true, false oder Adressen und CIDRs.',
  'A signed URL stays the same for this long and works for one to two times as long.':
    'So lange bleibt eine signierte URL dieselbe; sie gilt ein- bis zweimal so lange.',
  'What the memory cache may hold, in bytes.': 'Was der Cache im Arbeitsspeicher fassen darf, in Byte.',
  'Longest time for one request, upload included, in milliseconds.':
    'Längste Dauer einer Anfrage samt Upload, in Millisekunden.',
  'Longest time for the headers of a request, and again for a body that is no upload, in milliseconds.':
    'Längste Dauer für die Kopfzeilen einer Anfrage, und noch einmal für Daten, die kein Upload sind, in Millisekunden.',
  'How long a process that was told to stop goes on answering while it says that it is not ready, so that balancers look elsewhere first.':
    'Wie lange ein Prozess, der enden soll, noch antwortet, während er meldet, dass er nicht bereit ist: Lastverteiler suchen sich so vorher einen anderen.',
  'How long requests in progress may go on after that, in milliseconds; then they are cut off.':
    'Wie lange laufende Anfragen danach noch dauern dürfen, in Millisekunden; dann werden sie abgebrochen.',
  'CIDRs that imports and webhooks may reach although they are private.':
    'CIDRs, die Importe und Webhooks erreichen dürfen, obwohl sie privat sind.',
  'embedded: (a PostgreSQL in the data folder) or postgres://…':
    'embedded: (ein PostgreSQL im Datenordner) oder postgres://…',
  'Connections to PostgreSQL at most in one process, besides one to listen.':
    'Höchstzahl der Verbindungen eines Prozesses zu PostgreSQL, neben einer zum Lauschen.',
  'Milliseconds after which PostgreSQL ends a statement; never one of a migration.':
    'Millisekunden, nach denen PostgreSQL eine Anweisung abbricht; nie eine Migration.',
  'Folder of the initdb and postgres that an embedded database runs; the installed package without it.':
    'Ordner mit initdb und postgres für die eingebettete Datenbank; ohne Angabe das installierte Paket.',
  'Bytes to keep free on the disks of the data folder and of a file: storage: with less, nothing new is taken, so that deleting goes on. A tenth of the disk, a gibibyte at most, without it; 0 for none.':
    'Bytes, die auf den Datenträgern des Datenordners und eines file:-Speichers frei bleiben: Ist es weniger, wird nichts Neues angenommen, damit Löschen möglich bleibt. Ohne Angabe ein Zehntel des Datenträgers, höchstens ein Gibibyte; 0 für keine.',
  'file: (in the data folder) or s3://bucket?endpoint=…&region=…':
    'file: (im Datenordner) oder s3://bucket?endpoint=…&region=…',
  'local: (in this process), amqp://…, redis://… or redis+sentinel://…':
    'local: (in diesem Prozess), amqp://…, redis://… oder redis+sentinel://…',
  'memory:, redis://… or redis+sentinel://…': 'memory:, redis://… oder redis+sentinel://…',
  'Where the gateway finds auth: local: (this process), http://host:port (every address of the name; several, with commas) or srv+http://name.':
    'Wo das Gateway auth findet: local: (dieser Prozess), http://host:port (jede Adresse des Namens; mehrere mit Kommas) oder srv+http://name.',
  'Where the gateway finds api.': 'Wo das Gateway api findet.',
  'Where the gateway finds delivery.': 'Wo das Gateway delivery findet.',
  "host:port of the DNS server for these names, e.g. Consul's; the system's without it.":
    'host:port des DNS-Servers für diese Namen, etwa von Consul; ohne Angabe der des Systems.',
  'consul://host:port of the agent to register each role at, with ?token= where needed.':
    'consul://host:port des Agenten, bei dem jede Rolle angemeldet wird, mit ?token=, wo nötig.',
  'Address under which others reach this process; HOST without it.':
    'Adresse, unter der andere diesen Prozess erreichen; ohne Angabe HOST.',
  'Most pixels of a still image.': 'Höchstzahl der Pixel eines stehenden Bildes.',
  'Most pixels of an animation, all frames together.':
    'Höchstzahl der Pixel einer Animation, alle Einzelbilder zusammen.',
  'Most frames of an animation.': 'Höchstzahl der Einzelbilder einer Animation.',
  'Longest side of an image, in pixels.': 'Längste Seite eines Bildes, in Pixeln.',
  'Longest side of a result, in pixels.': 'Längste Seite eines Ergebnisses, in Pixeln.',
  'Most pixels of a result.': 'Höchstzahl der Pixel eines Ergebnisses.',
  'Registrations from one address, refused ones too. An amount and a time; off for no limit.':
    'Registrierungen von einer Adresse, auch abgelehnte. Eine Menge und eine Zeit; off für keine Grenze.',
  'Sign-ins from one address, right or wrong. An amount and a time; off for no limit.':
    'Anmeldungen von einer Adresse, richtige und falsche. Eine Menge und eine Zeit; off für keine Grenze.',
  'Renewals of sessions from one address. An amount and a time; off for no limit.':
    'Erneuerungen von Sitzungen von einer Adresse. Eine Menge und eine Zeit; off für keine Grenze.',
  'Requests of one account that bring files, imports too, however many files there are in one. An amount and a time; off for no limit.':
    'Anfragen eines Kontos, die Dateien bringen, auch Importe, gleich wie viele Dateien es in einer sind. Eine Menge und eine Zeit; off für keine Grenze.',
  'Bytes that one account uploads. An amount and a time; off for no limit.':
    'Bytes, die ein Konto hochlädt. Eine Menge und eine Zeit; off für keine Grenze.',
  'Transformations and jobs of one account; each image of a batch is one, and so is a retry. An amount and a time; off for no limit.':
    'Transformationen und Aufträge eines Kontos; jedes Bild eines Stapels zählt einmal, jede Wiederholung auch. Eine Menge und eine Zeit; off für keine Grenze.',
  'Pictures that have to be made for one account or address; what is there already is never counted. An amount and a time; off for no limit.':
    'Bilder, die für ein Konto oder eine Adresse berechnet werden müssen; was schon da ist, zählt nie. Eine Menge und eine Zeit; off für keine Grenze.',
  'Everything else that one account or address asks of the API. An amount and a time; off for no limit.':
    'Alles andere, was ein Konto oder eine Adresse von der API verlangt. Eine Menge und eine Zeit; off für keine Grenze.',
  'open: anyone may register; first: only the first account, which becomes the administrator.':
    'open: Alle dürfen sich registrieren; first: nur das erste Konto, das die Verwaltung übernimmt.',
  'Characters that a new password has at least; the thousand commonest ones are refused besides.':
    'So viele Zeichen hat ein neues Passwort mindestens; die tausend häufigsten werden außerdem abgelehnt.',
  'The `iss` of access tokens; the same for every process.':
    'Der `iss` der Zugriffstoken; in jedem Prozess derselbe.',
  'The `aud` of access tokens; the same for every process.':
    'Die `aud` der Zugriffstoken; in jedem Prozess dieselbe.',
  'A device that is not used for this long signs in again.':
    'Ein Gerät, das so lange nicht benutzt wird, muss sich neu anmelden.',
  'Wrong passwords for one account from one address before 429. A right one starts anew.':
    'Falsche Passwörter für ein Konto von einer Adresse, bis 429 kommt. Ein richtiges beginnt die Zählung neu.',
  'Wrong passwords from one address, whatever the account, before 429.':
    'Falsche Passwörter von einer Adresse, gleich für welches Konto, bis 429 kommt.',
  'How long wrong passwords are remembered.': 'Wie lange falsche Passwörter gemerkt werden.',
  'A spent refresh token gets the same successor again for this long, for two tabs and lost answers; later its use ends the session.':
    'So lange gibt ein verbrauchtes Erneuerungstoken noch einmal denselben Nachfolger, für zwei Tabs und verlorene Antworten; danach beendet seine Benutzung die Sitzung.',
  'smtp://name:password@host:587 (STARTTLS where the server has it) or smtps://…:465: sends links for new passwords and invitations. Needs PUBLIC_URL. Without it administrators hand links over.':
    'smtp://name:passwort@host:587 (STARTTLS, wo der Server es hat) oder smtps://…:465: versendet Links für neue Passwörter und Einladungen. Braucht PUBLIC_URL. Ohne Angabe gibt die Verwaltung Links selbst weiter.',
  'Whom mail is from: Name <address>. rendition@ and the host of PUBLIC_URL without it.':
    'Von wem E-Mails kommen: Name <Adresse>. Ohne Angabe rendition@ und der Host von PUBLIC_URL.',
  'What mails are in to accounts of which nobody knows what they read: en or de. An account says so itself, or the browser that first signed in to it.':
    'Sprache der E-Mails an Konten, von denen niemand weiß, was sie lesen: en oder de. Ein Konto sagt es selbst, oder der Browser, der sich zuerst anmeldet.',
  'Accounts that register need an address and are viewers until they open the link that is mailed to it; another address is proven before it counts. Needs SMTP_URL.':
    'Konten, die sich registrieren, brauchen eine Adresse und sind Gäste, bis sie den Link öffnen, der an sie geht; eine andere Adresse wird bestätigt, bevor sie gilt. Braucht SMTP_URL.',
  'OpenID providers that sign in here, as a JSON list: id, name, issuer, clientId, clientSecret and what docs/accounts.md says. Needs PUBLIC_URL. It holds secrets: OIDC_PROVIDERS_FILE names a file with it.':
    'OpenID-Anbieter, über die man sich hier anmeldet, als JSON-Liste: id, name, issuer, clientId, clientSecret und was docs/accounts.md sagt. Braucht PUBLIC_URL. Enthält Geheimnisse: OIDC_PROVIDERS_FILE nennt eine Datei damit.',
  'false: only the providers of OIDC_PROVIDERS sign in. rendition users sign-in-link lets somebody in when they fail.':
    'false: Nur über die Anbieter aus OIDC_PROVIDERS meldet man sich an. Mit rendition users sign-in-link kommt man hinein, wenn sie ausfallen.',
  'How long the audit is kept.': 'Wie viele Tage das Protokoll aufbewahrt wird.',
  'Largest file of a multipart upload or an import, in bytes.':
    'Größte Datei eines Multipart-Uploads oder Imports, in Byte.',
  'Largest file of a resumable upload, in bytes.': 'Größte Datei eines fortsetzbaren Uploads, in Byte.',
  'How long an unfinished resumable upload is kept after its last byte, in milliseconds.':
    'Wie lange ein unfertiger fortsetzbarer Upload nach seinem letzten Byte aufgehoben wird, in Millisekunden.',
  'Unfinished resumable uploads of one account; more are answered 429.':
    'Unfertige fortsetzbare Uploads eines Kontos; bei mehr kommt 429.',
  'Largest multipart upload, all files together, in bytes.':
    'Größter Multipart-Upload, alle Dateien zusammen, in Byte.',
  'Most files in one multipart upload.': 'Höchstzahl der Dateien in einem Multipart-Upload.',
  'Most entries of a ZIP archive that is unpacked.':
    'Höchstzahl der Einträge eines ZIP-Archivs, das entpackt wird.',
  'Bytes that a ZIP archive may unpack to, all its files together.':
    'Bytes, die ein ZIP-Archiv entpackt höchstens hat, alle Dateien zusammen.',
  'Uploads at once in one process; more are answered 503.':
    'Gleichzeitige Uploads in einem Prozess; bei mehr kommt 503.',
  'Uploads at once of one account in one process; more are answered 429.':
    'Gleichzeitige Uploads eines Kontos in einem Prozess; bei mehr kommt 429.',
  'Uploads at once from one address in one process; more are answered 429.':
    'Gleichzeitige Uploads von einer Adresse in einem Prozess; bei mehr kommt 429.',
  'An upload that comes slower, over UPLOAD_PACE_MS, is answered 408; 0 for no limit.':
    'Ein Upload, der über UPLOAD_PACE_MS hinweg langsamer ist, bekommt 408; 0 für keine Grenze.',
  'The time over which the pace of an upload is measured, its first bytes included, in milliseconds.':
    'Die Zeit, über die das Tempo eines Uploads gemessen wird, die ersten Bytes eingeschlossen, in Millisekunden.',
  'Bytes of originals each account may keep; 0 for no limit.':
    'Bytes an Originalen, die jedes Konto behalten darf; 0 für keine Grenze.',
  'Images each account may keep; 0 for no limit.':
    'Bilder, die jedes Konto behalten darf; 0 für keine Grenze.',
  'What becomes of an upload whose bytes the account has already, unless it says otherwise: `keep` makes another image, `link` answers the one that is there, `refuse` answers 409.':
    'Was aus einem Upload wird, dessen Bytes das Konto schon hat, wenn der Upload nichts anderes sagt: `keep` legt noch ein Bild an, `link` antwortet mit dem vorhandenen, `refuse` mit 409.',
  'Days after which what lies in the trash is deleted; 0 keeps it until the trash is emptied.':
    'Tage, nach denen gelöscht wird, was im Papierkorb liegt; 0 behält es, bis der Papierkorb geleert wird.',
  'Hours for which a prepared export can be downloaded; then it is removed.':
    'Stunden, in denen ein vorbereiteter Export heruntergeladen werden kann; dann wird er entfernt.',
  'Downloads of exports at once in one process, a quarter of them for one account; more are answered 503 or 429.':
    'Gleichzeitige Downloads von Exporten in einem Prozess, ein Viertel davon für ein Konto; bei mehr kommt 503 oder 429.',
  'How long a transformation that is not saved is kept, in milliseconds: in Redis, or in a folder of DATA_DIR without it.':
    'Wie lange eine Transformation, die nicht gespeichert wird, aufgehoben wird, in Millisekunden: in Redis, ohne Redis in einem Ordner von DATA_DIR.',
  'Largest transformation that is not saved, in bytes; a larger one fails.':
    'Größte Transformation, die nicht gespeichert wird, in Byte; eine größere schlägt fehl.',
  'What such results may take in the data folder, in bytes, with CACHE_URL=memory:; the least recently used go first. With Redis they lie there.':
    'Was solche Ergebnisse bei CACHE_URL=memory: im Datenordner belegen dürfen, in Byte; die am längsten unbenutzten gehen zuerst. Mit Redis liegen sie dort.',
  'Longest rendering of one job, in milliseconds; of many megapixels (long animations) it is longer in proportion.':
    'Längste Berechnung eines Auftrags, in Millisekunden; bei vielen Megapixeln (langen Animationen) entsprechend länger.',
  'Names and recipes of what is made of every upload, as JSON; `original` always exists. Where it is set it alone counts, and administrators can change no preset; without it presets are data (docs/presets.md).':
    'Namen und Rezepte dessen, was aus jedem Upload gemacht wird, als JSON; `original` gibt es immer. Ist es gesetzt, gilt es allein, und die Verwaltung kann keine Vorgabe ändern; sonst sind Vorgaben Daten (docs/presets.md).',
  'What presets and format=auto aim at where no quality is named, by measurement of each picture; fixed: one number for all (JPEG and WebP 80, AVIF 55). The same in every process.':
    'Worauf Vorgaben und format=auto zielen, wenn keine Qualität genannt ist, durch Messung an jedem Bild; fixed: eine Zahl für alle (JPEG und WebP 80, AVIF 55). In jedem Prozess gleich.',
  'What strangers get of the original of a public image, unless its owner says otherwise: cleaned of places and serial numbers, or untouched.':
    'Was Fremde vom Original eines öffentlichen Bildes bekommen, wenn dessen Konto nichts anderes sagt: cleaned, also ohne Orte und Seriennummern, oder untouched, also unverändert.',
  'Whether keywords in a file become tags of its image, where an upload does not say.':
    'Ob Stichwörter in einer Datei zu Schlagwörtern ihres Bildes werden, wenn ein Upload nichts dazu sagt.',
  'How often a job is started before it fails for good.':
    'Wie oft ein Auftrag begonnen wird, bis er endgültig fehlschlägt.',
  'How long a silent worker keeps its job, in milliseconds; it reports three times as often.':
    'Wie lange ein Worker, der sich nicht meldet, seinen Auftrag behält, in Millisekunden; er meldet sich dreimal so oft.',
  'After how long a job that was sent and that nobody took is sent again, in milliseconds: the broker may have lost it.':
    'Nach welcher Zeit ein gesendeter Auftrag, den niemand genommen hat, noch einmal gesendet wird, in Millisekunden: Der Broker könnte ihn verloren haben.',
  'How long finished jobs are listed.': 'Wie viele Tage fertige Aufträge in der Liste stehen.',
  'How long missed events can be replayed.': 'Wie viele Tage verpasste Ereignisse nachgeholt werden können.',
  'Jobs at once in one process; by default twice the processors, since half of a job is waiting.':
    'Gleichzeitige Aufträge in einem Prozess; im Standard doppelt so viele wie Prozessorkerne, da ein halber Auftrag aus Warten besteht.',
  'Pictures rendered at once, each in a process of its own. 0 is one for each core.':
    'Bilder, die gleichzeitig berechnet werden, jedes in einem eigenen Prozess. 0 ist eines je Kern.',
  'Megapixels, read and written, in flight at once. A picture above it is rendered when nothing else is.':
    'Megapixel, gelesen und geschrieben, die gleichzeitig in Arbeit sind. Ein größeres Bild wird berechnet, wenn sonst nichts läuft.',
  'Pictures that may wait to be rendered, however soon that would be: a bound for memory, some 25 KiB each. Beyond it: 503 with Retry-After.':
    'Bilder, die auf die Berechnung warten dürfen, gleich wie bald sie käme: eine Grenze für den Arbeitsspeicher, etwa 25 KiB je Bild. Darüber: 503 mit Retry-After.',
  'In how many milliseconds a picture that is asked for by URL must be done, by what pictures took so far; one that could not be gets 503 with Retry-After at once. Clients take turns. Jobs may wait longer.':
    'In wie vielen Millisekunden ein Bild, das per URL verlangt wird, fertig sein muss, nach dem, was Bilder bisher brauchten; eines, das es nicht schafft, bekommt sofort 503 mit Retry-After. Clients sind abwechselnd dran. Aufträge dürfen länger warten.',
  'MiB of memory after which a render process is killed. Watched on Linux only.':
    'MiB Arbeitsspeicher, ab denen ein Renderprozess beendet wird. Nur unter Linux überwacht.',
  'After this time without work, every render process but one is ended.':
    'Nach dieser Zeit ohne Arbeit endet jeder Renderprozess bis auf einen.',
  'Accept HEIC (HEVC) pictures, as phones take them. Off: 415 with unsupported_media_type.':
    'HEIC-Bilder (HEVC) annehmen, wie Telefone sie machen. Aus: 415 mit unsupported_media_type.',
  'Take files that browsers show in spite of a fault that costs no pixel: stray bytes between or behind their parts, a missing end marker. Off: 422 with undecodable.':
    'Dateien annehmen, die Browser trotz eines Fehlers zeigen, der kein Pixel kostet: fremde Bytes zwischen oder hinter ihren Teilen, ein fehlendes Ende. Aus: 422 mit undecodable.',
  'Folder in whose node_modules the packages of deploy/faces are installed: `gravity=face` and `faces` then look for faces, in the render processes. Empty: both are refused.':
    'Ordner, in dessen node_modules die Pakete von deploy/faces installiert sind: `gravity=face` und `faces` suchen dann in den Renderprozessen nach Gesichtern. Leer: beides wird abgelehnt.',
  'Renders after which a process is replaced, which gives its memory back.':
    'Berechnungen, nach denen ein Prozess ersetzt wird, was seinen Arbeitsspeicher freigibt.',
  'Renditions kept in memory, in bytes; the least recently used go first.':
    'Renditions im Arbeitsspeicher, in Byte; die am längsten unbenutzten gehen zuerst.',
  'Largest rendition kept in memory or in the cache service, in bytes.':
    'Größte Rendition im Arbeitsspeicher oder im Cache-Dienst, in Byte.',
  'How long the cache service keeps a rendition, in milliseconds.':
    'Wie lange der Cache-Dienst eine Rendition behält, in Millisekunden.',
  'Renditions made for URLs and kept in storage, in bytes; presets do not count and stay.':
    'Renditions, die für URLs entstanden sind und im Speicher liegen, in Byte; Vorgaben zählen nicht und bleiben.',
  'How long caches may keep the answer of a URL without a version, in seconds.':
    'Wie lange Caches die Antwort einer URL ohne Version behalten dürfen, in Sekunden.',
  'A render for a URL is killed after this, in milliseconds.':
    'Nach dieser Zeit wird die Berechnung für eine URL abgebrochen, in Millisekunden.',
  'Largest side that a URL may ask for, in pixels.': 'Längste Seite, die eine URL verlangen darf, in Pixeln.',
  'Widths in pixels, with commas between, that anyone may ask of a public image.':
    'Breiten in Pixeln, durch Kommas getrennt, die alle von einem öffentlichen Bild verlangen dürfen.',
  'Long sides in pixels, with commas between, of the JPEGs that are kept of every large picture to make smaller ones from, or `none`. The same in every process.':
    'Lange Seiten in Pixeln, durch Kommas getrennt, der JPEGs, die von jedem großen Bild aufgehoben werden, um kleinere daraus zu machen, oder `none`. In jedem Prozess gleich.',
  'The most that renditions of a public image, and those of a share, tell beside their pixels, whatever a preset says: copyright (artist, copyright and whom to name) or details (also camera, exposure, titles; never the place).':
    'Was Renditions eines öffentlichen Bildes und die einer Freigabe neben ihren Pixeln höchstens verraten, gleich was eine Vorgabe sagt: copyright (Urheber, Rechte und wer zu nennen ist) oder details (auch Kamera, Belichtung, Titel; nie den Ort).',
  'The same for whoever holds a signed URL. keep gives them the place and serial numbers too; otherwise these are for the owner alone, who asks with a credential.':
    'Dasselbe für alle, die eine signierte URL haben. keep gibt ihnen auch Ort und Seriennummern; sonst bekommt die nur das Konto selbst, das sich ausweist.',
  'The bucket of STORAGE_URL=s3:// as clients reach it, e.g. https://pictures.s3.eu-central-1.amazonaws.com: GET of an original is then answered with a redirect to a presigned link there. Without it the service sends originals itself.':
    'Der Bucket von STORAGE_URL=s3://, wie Clients ihn erreichen, z. B. https://pictures.s3.eu-central-1.amazonaws.com: GET eines Originals wird dann mit einer Weiterleitung auf einen dort signierten Link beantwortet. Ohne Angabe sendet der Dienst Originale selbst.',
  'How long such a link works, in seconds. At least half of that is left when it is given, or what is left of the signed URL that asked.':
    'Wie lange ein solcher Link gilt, in Sekunden. Mindestens die Hälfte davon ist übrig, wenn er gegeben wird, oder was von der signierten URL übrig ist, mit der gefragt wurde.',
  'Originals of fewer bytes are sent by the service: another connection would take longer.':
    'Originale mit weniger Bytes sendet der Dienst: Eine weitere Verbindung dauerte länger.',
  'Stored pictures of STORAGE_URL=file: are sent by the front server: x-accel-redirect for nginx, x-sendfile for Apache. Needs DELIVERY_SENDFILE_SECRET.':
    'Gespeicherte Bilder von STORAGE_URL=file: sendet der vordere Server: x-accel-redirect für nginx, x-sendfile für Apache. Braucht DELIVERY_SENDFILE_SECRET.',
  'What the front server says of itself in X-Rendition-Front of every request: whoever does not is sent the bytes by the service.':
    'Womit sich der vordere Server bei jeder Anfrage in X-Rendition-Front ausweist: Wer das nicht tut, bekommt die Bytes vom Dienst.',
  'Pictures of fewer bytes are sent by the service, from its memory when they are asked for again: the decision costs more than their bytes.':
    'Bilder mit weniger Bytes sendet der Dienst, beim zweiten Mal aus seinem Arbeitsspeicher: Die Entscheidung kostet mehr als ihre Bytes.',
  'format=auto gives AVIF where it exists: `later` also makes it behind the answers, for who asks next; `stored` makes none.':
    'format=auto gibt AVIF, wo es vorhanden ist: `later` berechnet es auch nach den Antworten, für die nächste Anfrage; `stored` berechnet keines.',
  'How often a picture must have been asked for within a day, in one process, by clients that take AVIF, before it is made in it.':
    'Wie oft ein Bild binnen eines Tages in einem Prozess von Clients verlangt worden sein muss, die AVIF annehmen, bis es darin berechnet wird.',
  'Open WebSocket and SSE connections of one account, per process.':
    'Offene WebSocket- und SSE-Verbindungen eines Kontos, je Prozess.',
  'Days of nothing but failures after which a webhook is turned off.':
    'Tage mit nichts als Fehlern, nach denen ein Webhook abgeschaltet wird.',
  'Whether the first 1024 bytes of what a webhook endpoint answers are kept for its owner to read. auto: unless OUTBOUND_ALLOW opens private addresses, whose answers may not be for everybody.':
    'Ob die ersten 1024 Bytes der Antwort eines Webhook-Ziels für dessen Konto zum Lesen aufgehoben werden. auto: nur wenn OUTBOUND_ALLOW keine privaten Adressen öffnet, deren Antworten vielleicht nicht für alle sind.',
  'Where caches in front of the service are told to forget the pictures of an image that changed; several with commas, private addresses too. Read by the role api.':
    'Wo Caches vor dem Dienst gesagt wird, dass sie die Bilder eines geänderten Bildes vergessen sollen; mehrere mit Kommas, auch private Adressen. Gelesen von der Rolle api.',
  'Signs purges as webhooks are signed: whsec_ and base64.':
    'Signiert diese Aufforderungen so, wie Webhooks signiert werden: whsec_ und Base64.',
  'Headers of every purge, Name: value, with commas between: the token of a CDN, for one.':
    'Kopfzeilen jeder solchen Aufforderung, Name: Wert, durch Kommas getrennt: etwa das Token eines CDN.',
  'Days for which receipts of what was erased are kept.':
    'Tage, für die Quittungen über Gelöschtes aufgehoben werden.',
  'How long after a deletion its receipt is signed at the earliest, in milliseconds: a render that had begun may lay down a file until then, which is looked for and removed.':
    'Wie lange nach einer Löschung ihre Quittung frühestens signiert wird, in Millisekunden: Eine begonnene Berechnung kann bis dahin noch eine Datei ablegen, die gesucht und entfernt wird.',
} as const satisfies Texts
