import type { BounceReason } from '../../../../core/mail/report-schemas.ts';

/** Advice for the sender of a bounced mail, by reason. */
export const BOUNCE_ADVICE: Readonly<Record<BounceReason, string>> = {
  no_such_user: 'Stop sending to this address: the mailbox does not exist.',
  mailbox_full: 'Try again in a day or two. Stop if it is still full after a week.',
  inactive: 'Stop sending to this address: the account is closed or disabled.',
  moved: 'Ask for the new address, and stop sending to this one.',
  host_unknown: 'Check the domain for typos. Its name does not resolve, or it accepts no mail.',
  not_accepting: 'Stop sending to this address: the server accepts no mail for it.',
  blocked: 'Your server is on a block list. Find out which one, and ask to be removed.',
  rate_limited: 'Send more slowly to this provider, and try again later.',
  authentication: 'Publish SPF, DKIM and DMARC for the sending domain, and check that they align.',
  sender_rejected: 'Check the sender address: the server refuses it or cannot verify it.',
  relay_denied: 'Check the MX records of the domain: this server is not responsible for it.',
  policy: "The recipient's policy rejects it. The diagnostic names the rule.",
  spam: 'It was classified as spam. Check content, links and the reputation of the sending address.',
  virus: 'It was classified as malware. Check the attachments and the machine that sent it.',
  content: 'Change the content: the server rejects an attachment, a link or the format of the mail.',
  too_large: 'Send a link instead of the attachment: the mail is larger than the server accepts.',
  expired: 'The server could not be reached for days. Try again later, and check the domain.',
  network: 'A connection failed. Try again later.',
  system: 'The other server has a problem. Try again later.',
  protocol: 'A protocol error between the servers. Check the SMTP log of your server.',
  undetermined: 'The report gives no reason. Read the diagnostic, and keep the address for now.',
};
