import type { BounceReason } from '../../../mail/report-schemas.ts';

/** Characters of a diagnostic to examine. */
const EXAMINED = 4_000;

/** Mail in a loop, or a duplicate: unchanged, it can never be delivered. */
const LOOP =
  /too many hops|hop count|routing loop|mail loop|loops? back|loop condition|duplicated message-id|too many "received"/i;

/**
 * The words of refusing servers, most specific first. They take precedence over codes: many servers say 550 to
 * everything.
 */
const WORDS: readonly (readonly [BounceReason, RegExp])[] = [
  ['network', LOOP],
  ['virus', /\bvirus|malware|infected|trojan/i],
  [
    'authentication',
    /\bdmarc\b|\bdkim\b|\bspf\b|sender policy framework|not authenticated|authentication (?:checks? failed|information|failure)|unauthenticated (?:mail|email|sender)|authentication-results|authentication checks/i,
  ],
  [
    'sender_rejected',
    /\bsender (?:address )?(?:rejected|denied|refused|unknown|verif|is not)|domain of sender|from: domain is invalid|email address is not verified|not (?:a )?member|sender was rejected/i,
  ],
  [
    'rate_limited',
    /rate[- ]?limit|too many (?:connections|messages|recipients|emails|mails|sessions|concurrent|invalid)|connection (?:rate|limit)|throttl|receiving mail at a rate|too (?:fast|frequent)|frequency limit|sent to too many|exceeded .{0,30}(?:per|this) (?:hour|day|minute)|slow down|concurrent connections|sending limit|hourly limit|daily (?:sending )?(?:limit|quota)/i,
  ],
  [
    'mailbox_full',
    /mailbox (?:is )?full|(?:over|exceeded|exceeds|exceed).{0,25}quota|quota.{0,25}(?:exceed|full|reached)|overquota|out of storage|mailbox.{0,40}(?:exceed|size limit|limit|full)|disk quota|full mailbox|insufficient storage|storage quota|user is over|folder is full|inbox is full|bo[iî]te.{0,20}pleine|postfach.{0,20}voll|一杯|容量/i,
  ],
  [
    'too_large',
    /(?:message|mail|size|file).{0,40}(?:too (?:large|big)|exceeds?.{0,30}(?:size|maximum|fixed|limit))|exceeds (?:the )?(?:maximum|size|fixed)|message length|size limit|larger than|message too long|maximum message size/i,
  ],
  [
    'host_unknown',
    /host(?: or domain name)? (?:unknown|not found)|unknown (?:host|domain|mail host)|domain[^.]{0,40}(?:not found|not exist|unknown|not reachable|not be found|nonexistent)|no such (?:domain|host)|name or service not known|nxdomain|name service error|host lookup (?:failed|did not complete)|all host address lookups failed|bad destination (?:host|system)|no (?:mx|mail exchanger)|cannot find (?:any )?(?:host|domain)|couldn't find (?:any|a) (?:host|mail exchanger)|illegal host|mx records point to/i,
  ],
  [
    'no_such_user',
    /(?:unknown|no such|invalid|illegal|nonexistent|non-existent|unrouteable|unrecogni[sz]ed|bad|undefined).{0,25}(?:user|recipient|mailbox|account|alias|address|local|userid|person|destination)|(?:user|recipient|mailbox|account|address|alias|userid|name|group|utilisateur|email)\b.{0,60}(?:unknown|not? (?:be )?found|no?t exist|not valid|invalid|not recogni[sz]ed|not listed|isn't (?:a|listed)|not a valid|not a registered|n'existe|inconnu|unavailable)|user unknown|unknownuser|nosuchuser|no mailbox here|doesn'?t have a[n]? .{0,40}account|not our user|no valid recipients|recipientnotfound|does not exist|invalid recipient|unknown or illegal|not known here|not a known user|recipient not found|possibly incorrect|no such (?:user|address|person)|not found in (?:the )?directory|no mail-?box|account (?:is )?(?:unavailable|closed)|mailbox unavailable|unroutable address|5\.1\.0 address rejected/i,
  ],
  [
    'inactive',
    /(?:account|mailbox|user|address|recipient|domain).{0,40}(?:disabled|inactive|(?<!temporarily )suspend|locked|deactivat|expired|frozen|blocked from receiving|not active)|disabled (?:recipient|account|mailbox|user|address)|(?<!temporarily )suspended|inactive (?:user|account|mailbox)|アカウントは停止/i,
  ],
  [
    'moved',
    /has moved|user has changed|recipient has moved|address (?:has )?changed|no longer (?:at|here|with)|please (?:use|try) <?\S{1,64}@/i,
  ],
  [
    'not_accepting',
    /null mx|no smtp service|no host found for existing|nullmx|does not accept (?:mail|email|smtp)|not accept(?:ing)? (?:any )?(?:mail|email|messages|smtp)|\bmx\b.{0,20}0 \.|smtp protocol returned a permanent|host .{0,60}accepts no mail/i,
  ],
  [
    'relay_denied',
    /relay(?:ing)?.{0,20}(?:denied|not (?:allowed|permitted)|prohibited|access)|not (?:permitted|allowed) to relay|no relay|unable to relay|insecure mail relay|rcpthosts|we do not relay|relay access/i,
  ],
  [
    'blocked',
    /black-?list|block-?list|\brbl\b|dnsbl|spamhaus|spamcop|reputation|\bptr\b|reverse (?:dns|lookup|hostname|mapping)|(?<!was )blocked|banned|user complaints|unexpected volume|mismatches client|smtp server of your isp|\b(?:ip|host|client|network|server)\b.{0,60}(?:rejected|not allowed|denied|refused|listed)|open relay|dynamic ip|bad helo|connections? .{0,20}not accept|unverif(?:y|i)able sending|access from .{0,60}denied|your (?:ip|host|server|network)/i,
  ],
  [
    'spam',
    /\bspam\b|spam(?:my|assassin|ming)|\bube\b|\buce\b|unsolicited|junk ?mail|bulk (?:e-?)?mail|considered .{0,20}spam|message looks like|mail rejete/i,
  ],
  [
    'expired',
    /expired|(?:giving|gave|give) up|too long|retry time(?:out)?|timed? ?out|delayed|deferred|undeliver(?:ed|able) (?:for|after)|multiple retries|could not (?:be )?deliver(?:ed)? .{0,30}(?:for|within|after)|not (?:yet )?been (?:delivered|able)|will be retried|will (?:continue|keep) trying|cannot send message (?:for|within)|did not accept our requests to connect/i,
  ],
  [
    'network',
    /connection (?:refused|timed|reset|dropped|lost|broken|closed|failed)|no route to host|network (?:is )?unreachable|unreachable|name server|dns (?:error|failure|lookup)|loop(?:s)? back|mail loop|too many hops|hop count|routing loop|lost connection|failed to connect|establish (?:a|an) smtp connection|couldn't connect|socket error|tls (?:is )?(?:required|negotiation)|handshake|host .{0,60}not respond/i,
  ],
  [
    'sender_rejected',
    /sender.{0,40}(?:rejected|denied|unknown|not exist|invalid|verif|address|refused)|(?:envelope )?from.{0,40}(?:rejected|denied|not allowed)|domain of sender|rejected sender|mail from .{0,80}(?:refused|rejected|denied)|bad sender|invalid sender|not authorized to send|return address/i,
  ],
  [
    'content',
    /because its content|content presents|media error|conversion|content (?:rejected|not|filter|restrict|denied|blocked)|message (?:content|format|header)|header error|attachment|mime|invalid header|multiple addresses in from|not rfc|rfc ?5?[28]22|rejected due to .{0,20}content|body (?:rejected|contains)|bare lf|contents?/i,
  ],
  [
    'policy',
    /polic(?:y|ies)|prohibit|not permitted|administrative|restricted|access denied|not authori[sz]ed|permission|rejected by (?:header|recipient|the)|refused by|security|not allowed|forbidden|local rule|filtered|blocked/i,
  ],
  [
    'system',
    /disk space|local (?:configuration |delivery )?(?:error|failed)|ldap|forbidden to (?:file|pipe)|system (?:error|failure|full|resources|config)|i\/o error|service (?:not available|unavailable|currently)|temporar(?:y|ily)|disk full|no space left|insufficient (?:system|resources)|internal (?:error|server|system)|queue file|try again|unable to (?:open|create)|command (?:died|failed|output)|can't create|couldn't create|procmail|mailer error|unknown mailer|unix error|server (?:error|busy|failure)|overload|out of memory|upstream error/i,
  ],
  [
    'protocol',
    /syntax error|command (?:not|unrecognized|rejected)|unrecognized command|bad (?:command|sequence)|protocol (?:error|violation)|need (?:rcpt|mail)|out of sequence|improper sequence|not implemented/i,
  ],
];

/** The meaning of the detail of an enhanced status code (RFC 3463 §3, RFC 7372, RFC 7505), if no words decided. */
const BY_STATUS: Readonly<Record<string, BounceReason>> = {
  '1.1': 'no_such_user',
  '1.2': 'host_unknown',
  '1.3': 'no_such_user',
  '1.4': 'no_such_user',
  '1.6': 'moved',
  '1.7': 'sender_rejected',
  '1.8': 'sender_rejected',
  '1.9': 'not_accepting',
  '1.10': 'no_such_user',
  '2.1': 'inactive',
  '2.2': 'mailbox_full',
  '2.3': 'too_large',
  '3.1': 'system',
  '3.2': 'not_accepting',
  '3.4': 'too_large',
  '3.5': 'system',
  '4.1': 'network',
  '4.2': 'network',
  '4.3': 'network',
  '4.4': 'host_unknown',
  '4.5': 'rate_limited',
  '4.6': 'network',
  '4.7': 'expired',
  '5.1': 'protocol',
  '5.2': 'protocol',
  '5.3': 'rate_limited',
  '5.4': 'protocol',
  '6.0': 'content',
  '6.1': 'content',
  '7.0': 'policy',
  '7.1': 'policy',
  '7.13': 'inactive',
  '7.20': 'authentication',
  '7.21': 'authentication',
  '7.22': 'authentication',
  '7.23': 'authentication',
  '7.24': 'authentication',
  '7.25': 'blocked',
  '7.26': 'authentication',
  '7.27': 'sender_rejected',
};

/**
 * The reason, by the words of the diagnostic, its enhanced status code, or its reply code (RFC 5321 §4.2.3), in that
 * order.
 */
export function reasonOf(diagnostic: string, status: string | null, replyCode: string | null): BounceReason {
  const words = wordsOf(diagnostic);
  const worded = reasonInWords(words.replace(/i'm not going to try again[^.]{0,100}\.?/i, '')) ?? reasonInWords(words);
  if (worded !== null) return worded;
  const known = status === null ? undefined : BY_STATUS[status.slice(2)];
  if (known !== undefined) return known;
  if (replyCode === '552') return 'mailbox_full';
  if (replyCode === '551') return 'moved';
  if (replyCode === '421') return 'system';
  return 'undetermined';
}

/** Whether the text itself says why a mail was refused. */
export function tellsWhy(text: string): boolean {
  return reasonInWords(wordsOf(text)) !== null;
}

function reasonInWords(words: string): BounceReason | null {
  return WORDS.find(([, pattern]) => pattern.test(words))?.[0] ?? null;
}

/** Without links, and without the phrase that Postfix puts before every reason. */
function wordsOf(text: string): string {
  return text
    .slice(0, EXAMINED)
    .replace(/https?:\/\/\S+/gi, '')
    .replace(/recipient address rejected: /gi, '');
}

const PASSING: ReadonlySet<BounceReason> = new Set(['expired', 'network', 'rate_limited', 'system']);

/** Whether a failure without a code is temporary. */
export function passes(reason: BounceReason, diagnostic: string): boolean {
  return PASSING.has(reason) && !LOOP.test(diagnostic);
}
