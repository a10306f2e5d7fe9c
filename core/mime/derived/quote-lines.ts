/**
 * How mailers begin what they quote, in the languages that most mails have. Each test looks at a line of bounded
 * length; the expressions have no nested repetition.
 */

/** Characters of an attribution, which may be wrapped over some lines. */
const ATTRIBUTION_LENGTH = 400;
const ATTRIBUTION_LINES = 4;
/** Lines of the header block that Outlook writes above what it quotes. */
const BLOCK_LINES = 8;

const WROTE =
  /(?<!\p{L})(wrote|schrieb|schreef|escribió|escribio|scritto|escreveu|skrev|kirjoitti|napisał|napisała|pisze|napsal|yazdı|írta|a scris)(?!\p{L})|a écrit|a ecrit|написал|пишет|έγραψε|写道|寫道|작성|のメッセージ|が書き/iu;
const OPENING =
  /^(on|am|le|el|il|em|op|den|på|w dniu|dnia|dne|pe|ma|ti|ke|to|on|în|В|le)\s|^(在|于|\d{1,4}[./年-]\s?\d)|^(mon|tue|wed|thu|fri|sat|sun)\w*[ ,.]|^\S.{0,80}<[^<>@\s]{1,64}@[^<>@\s]{1,200}>/iu;
const DATED = /\d{4}|\d{1,2}[:.]\d\d|@/;

const SEPARATOR =
  /^[-_ ]{2,40}\s?(original message|original appointment|forwarded message|ursprüngliche nachricht|originalnachricht|original-nachricht|weitergeleitete nachricht|message d['’]origine|message original|message transféré|mensaje original|mensaje reenviado|messaggio originale|messaggio inoltrato|mensagem original|mensagem encaminhada|oorspronkelijk bericht|doorgestuurd bericht|ursprungligt meddelande|oprindelig meddelelse|opprinnelig melding|alkuperäinen viesti|wiadomość oryginalna|wiadomość przekazana|původní zpráva|исходное сообщение|пересылаемое сообщение|orijinal mesaj|原始邮件|原始郵件|元のメッセージ|원본 메시지)\s?[-_ ]{2,40}$/iu;

const FROM = /^\*?(from|von|de|da|van|från|fra|od|lähettäjä|от|发件人|寄件者|差出人|보낸 사람)\s?[:：]\*?\s*\S/iu;
const BLOCK_FIELD =
  /^\*?(sent|date|to|cc|subject|gesendet|datum|an|betreff|envoyé|à|objet|enviado( el)?|fecha|para|asunto|inviato|data|a|oggetto|enviada( em)?|assunto|verzonden|aan|onderwerp|skickat|till|ämne|sendt|dato|til|emne|lähetetty|vastaanottaja|aihe|wysłano|do|temat|odesláno|komu|předmět|отправлено|кому|тема|дата|发送时间|收件人|主题|日期|送信日時|宛先|件名|보낸 날짜|받는 사람|제목)\s?[:：]\*?(\s|$)/iu;

const MOBILE =
  /^\s*(sent from (my |mail for |outlook|yahoo|proton|samsung|the )|sent with |sent via |get outlook for |von meinem .{1,40} gesendet|gesendet (von|mit|über) |diese nachricht wurde von meinem |envoyé (de|depuis|à partir de) |obtenez outlook |enviado (desde|do|de|a partir) (mi|meu|o|el|outlook|yahoo|correo)|obtener outlook |inviato (da|dal) (mio|iphone|ipad|outlook|yahoo|smartphone)|verzonden (vanaf|met|via) |verstuurd (vanaf|met) |skickat från |sendt fra |lähetetty |wysłane? z |отправлено (с|из) |发自我的|發自我的|iphoneから送信|iphone에서 보냄)/iu;

export function isQuoted(line: string): boolean {
  // Most lines begin with a letter.
  const first = line.charCodeAt(0);
  return (first <= 0x3e || first > 0x7f) && /^\s{0,3}[>＞]/.test(line);
}

/** RFC 3676 §4.3, also without its blank, or what phones and free mailers write. */
export function isSignatureStart(line: string): boolean {
  return line === '--' || line === '-- ' || (line.length <= 120 && MOBILE.test(line));
}

/** From here on everything is quoted. */
export function isCut(lines: readonly string[], at: number): boolean {
  const line = (lines[at] ?? '').trim();
  if (line.length === 0 || line.length > ATTRIBUTION_LENGTH) return false;
  if (!line.startsWith('-') && !line.startsWith('_')) return isHeaderBlock(lines, at);
  return SEPARATOR.test(line) || (/^[_-]{5,}$/.test(line) && isHeaderBlock(lines, at + 1));
}

/** Outlook's `From: … Sent: … To: … Subject: …`. */
function isHeaderBlock(lines: readonly string[], at: number): boolean {
  const first = lines[at] ?? '';
  if (!first.includes(':') && !first.includes('：')) return false;
  if (!FROM.test(first.slice(0, ATTRIBUTION_LENGTH).trim())) return false;
  let fields = 0;
  for (const next of lines.slice(at + 1, at + 1 + BLOCK_LINES)) {
    if (BLOCK_FIELD.test(next.slice(0, ATTRIBUTION_LENGTH).trimStart()) && ++fields === 2) return true;
  }
  return false;
}

/** Lines of the attribution that begins there, `On 16 Nov 2026, Ann wrote:`; 0 when none does. */
export function attributionLength(lines: readonly string[], at: number): number {
  // Where it ends is found in no time; the expressions are for the few lines that have such an end.
  for (let count = 1; count <= ATTRIBUTION_LINES; count++) {
    const line = lines[at + count - 1] ?? '';
    if (isQuoted(line)) return 0;
    const last = line.charCodeAt(line.length - 1);
    if (last > 0x20 && last <= 0x7e && last !== 0x3a) continue;
    const shown = line.trimEnd();
    if (shown === '') return 0;
    if (shown.endsWith(':') || shown.endsWith('：')) return isAttribution(lines, at, count) ? count : 0;
  }
  return 0;
}

function isAttribution(lines: readonly string[], at: number, count: number): boolean {
  if (!OPENING.test((lines[at] ?? '').slice(0, ATTRIBUTION_LENGTH).trimStart())) return false;
  const text = lines
    .slice(at, at + count)
    .map((line) => ` ${line.trim()}`)
    .join('');
  return text.length <= ATTRIBUTION_LENGTH && WROTE.test(text) && DATED.test(text);
}
