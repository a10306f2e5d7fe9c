import type { Address, Header } from '../../../mail/parsed-mail.ts';
import { tellsWhy } from './reason.ts';

/** Characters of a field to examine. */
const EXAMINED = 300;

/** An address that only mail servers use. */
const MAILER_DAEMON = /^mailer[-_.]?daemon(?:[+=_-].*)?@|^mailer-daemon$/i;
/** Local parts and names under which mail servers send bounces. */
const DAEMON =
  /^(?:mailer[-_.]?daemon|post[-_.]?master|mail[-_.]?daemon|mail[-_]?(?:delivery|system)|mdaemon|mail-?server|bounces?|microsoftexchange[0-9a-f]+)(?:[+=_-].*)?@|^(?:mailer[-_]?daemon|postmaster)$/i;
const DAEMON_NAME =
  /^\W*(?:mail(?:er)?[- ]?(?:delivery|daemon|administrator|system|server)|delivery (?:sub)?system|postmaster|system administrator|microsoft (?:outlook|exchange)|content[- ]filter|mail delivery|internet mail)/i;

/** First letters of DAEMON and DAEMON_NAME, which allows signs before them. */
const SERVERS_BEGIN = /^[mpbdsci\W]/i;

/** Subjects of bounces. */
const SUBJECT =
  /^\W*(?:\w+ )?(?:undeliver|non[- ]?deliver|not delivered|(?:e-?mail |message |mail )?delivery (?:status|failure|fail|error|problem|delay|has|to|unsuccessful|incomplete|notif|report)|(?:e-?mail|mail|message)\b.{0,40}(?:fail|undeliver|not (?:be )?(?:delivered|sent)|could not|cannot|delayed|reject|error|returned|bounced)|failure notice|message frozen|error\(s\) in forwarding|failed delivery|delivery failed|returned (?:mail|to sender|message)|returning message|warning: (?:could not|message)|mail (?:system )?error|permanent(?:e)? delivery|unable to deliver|could not (?:send|deliver)|notice: mail delivery|rejected (?:mail|message)|message status|unzustellbar|nicht zustellbar|zustellung|fehler bei|mail wurde nicht|non ?remis|non distribu|échec|message non|no se (?:puede|pudo|ha)|no entreg|devuelto|correo no|mancat[oa]|messaggio non|impossibile|onbestelbaar|kan niet|não (?:foi )?entreg|não é possível|falha|niedostarcz|nie (?:można|dostarczono)|недостав|не доставл|вaше сообщение|ваше сообщение|ошибка|не удалось|doručen|kézbesít|teslim|배달|전송 실패|未送達|配信不能|配信できません|配送|送信でき|メールエラー|エラー通知|无法|退信|未能|系统退信|undelivered)/iu;

/** First words of anything that SUBJECT matches: tested first, because SUBJECT takes as long as all other tests. */
const SUBJECT_BEGINS =
  /^\W*(?:\w+ )?(?:und|unz|una|non|not|no |e-m|ema|mes|mai|man|del|dev|fai|fal|err|ret|rej|war|per|cou|cor|nic|nie|zus|feh|imp|onb|kan|nã|dor|kéz|tes)|[éнво배전未配送メエ无退系\u017f\u212a]/i;

/** Sentences of servers that could not deliver. A letter must contain one of them, or a code. */
const FAILURE =
  /could(?: not|n't) be (?:delivered|sent|transmitted)|not (?:yet )?(?:been )?(?:able to )?deliver|undeliver(?:able|ed)|(?:was|were|is) not (?:delivered|relayed|sent)|did not reach|delivery (?:has )?(?:failed|failure|to the following|attempt|error|status|of your)|failed (?:to deliver|permanently|recipients?|addresses|delivery)|(?:unable|failed|impossible|cannot|unsuccessful).{0,20}(?:to )?(?:deliver|send)|has been delayed|yet to be delivered|has been frozen|was frozen|permanent (?:fatal )?(?:error|failure)|(?:had|have) (?:permanent|transient|delivery)|transcript of session|returned (?:mail|message|to sender|by)|your message was rejected|failure reasons|error message below|mailbox is full|non[- ]?deliver|bounced|rejected (?:your|by|the)|server message|unknown (?:user|recipient)|user unknown|does not exist|wurde nicht zugestellt|nicht (?:zugestellt|zustellen|gesendet)|n'a (?:pas )?pu|pas été remis|no se (?:ha )?(?:pudo|puede|entreg)|impossibile|non (?:è stato|recapitat)|niet (?:worden )?(?:bezorgd|afgeleverd)|não (?:pôde|foi|pode)|доставлен|доставить|送信できません|送信に失敗|配信できません|届けられ|届きません|エラー|无法|退信|未能|전송|배달/i;
/** Opening of Apache James, which replies under the subject of the mail: `Re:`. */
const OPENING = /^\s*error message below:/im;
const CODE =
  /(?<![\d.])5\d\d[- ]#?5\.\d{1,3}\.\d{1,3}(?![\d.])|(?:said|returned|returned:|<<<|error):?\s*5\d\d[ -]|\(#5\.\d\.\d\)/i;

/** Automatic replies for people, which are also sent to mails with the null sender. */
const ANSWER =
  /^\W*(?:auto(?:matic|mated)?[ -]?(?:reply|response)|out of (?:the )?office|vacation|away from|abwesen|automatische antwort|réponse automatique|respuesta automática|on vacation|i am (?:away|out|on)|read:|gelesen:|lu\s?:|leído:|lido:|letto:|not read:|confirm your|please confirm|challenge|verify your|re:\s|fwd?:\s|aw:\s|wg:\s|tr:\s)/iu;

const RETURN_PATH = 'return-path';
const FROM = 'from';
const FAILED_RECIPIENTS = 'x-failed-recipients';
/** Of fml, which replies for a mailing list. */
const FML = 'x-mlserver';

export interface Signs {
  headers: readonly Header[];
  subject: string | null;
  from: readonly Address[];
}

/**
 * How strongly the header suggests that a mail server wrote it: 0 not at all, 1 a little, 2 enough for a letter that
 * says what failed. `subjectOnly`: anybody can write the subject. Examines a few fields; an ordinary mail costs no
 * more.
 *
 * @param contentType of the root part
 */
export function headerSays(
  { headers, subject, from }: Signs,
  contentType: string | null,
): { signs: number; subjectOnly: boolean } {
  let signs = signsOfSender(from[0]) + (contentType === 'multipart/report' ? 1 : 0);
  for (const { name, value } of headers) {
    // A mail has dozens of fields: the length distinguishes most of them from these four.
    const { length } = name;
    if (length === RETURN_PATH.length) {
      if (isNamed(name, RETURN_PATH) && /^\s*<?(?:mailer-daemon(?:@.{0,255})?)?>?\s*$/i.test(value)) signs++;
    } else if (length === FROM.length) {
      if (isNamed(name, FROM) && /^\s*<>\s*$/.test(value)) signs++;
    } else if (length === FAILED_RECIPIENTS.length) {
      if (isNamed(name, FAILED_RECIPIENTS)) signs++;
    } else if (length === FML.length && isNamed(name, FML)) {
      if (/-admin@/i.test(from[0]?.address ?? '')) signs += 2;
    }
  }
  const title = (subject ?? '').slice(0, EXAMINED);
  const titled = SUBJECT_BEGINS.test(title) && SUBJECT.test(title);
  return { signs: signs + (titled ? 1 : 0), subjectOnly: titled && signs === 0 };
}

function isNamed(name: string, key: string): boolean {
  return (name.charCodeAt(0) | 0x20) === key.charCodeAt(0) && name.toLowerCase() === key;
}

function signsOfSender(sender: Address | undefined): number {
  if (sender === undefined) return 0;
  if (MAILER_DAEMON.test(sender.address)) return 2;
  const { address, name } = sender;
  // Most addresses and names are people's; the expressions run only for those that can be a server's.
  if (!SERVERS_BEGIN.test(address) && !SERVERS_BEGIN.test(name)) return address === '' ? 1 : 0;
  return address === '' || DAEMON.test(address) || DAEMON_NAME.test(name.slice(0, EXAMINED)) ? 1 : 0;
}

/** Whether the subject is that of a reply, and not of a server that replies under the subject of the mail. */
export function isAnswer(subject: string, text: string): boolean {
  return ANSWER.test(subject.slice(0, EXAMINED)) && !OPENING.test(text);
}

/** Whether the first paragraph is about a mail that was not delivered. */
export function beginsWithFailure(text: string): boolean {
  const first = text.split(/\n\s*\n/, 10).find((paragraph) => /\S/.test(paragraph));
  return first !== undefined && !/^\s*>(?!>>)/.test(first) && (saysFailure(first) || tellsWhy(first));
}

export function saysFailure(text: string): boolean {
  return FAILURE.test(text) || CODE.test(text);
}
