import type { AuthResult, ParsedMail } from '../../../core/mail/parsed-mail.ts';
import type { Evidence } from '../api/api.ts';

type Signature = AuthResult['dkim'][number];

/** The findings of each check, strongest first. */
export function evidenceOf({
  auth,
  ambiguous,
  defects,
  enrichment,
}: Pick<ParsedMail, 'auth' | 'ambiguous' | 'defects' | 'enrichment'>): Evidence[] {
  return [
    ...(auth === null ? [] : [dmarc(auth), ...auth.dkim.map(dkim), ...noSignature(auth), spf(auth), ...arc(auth)]),
    ...(ambiguous ? [ambiguity(defects)] : []),
    ...(enrichment.ses === undefined ? [] : [ses(enrichment.ses)]),
  ];
}

const evidence = (of: Omit<Evidence, 'signedFields'>): Evidence => ({ ...of, signedFields: null });

function dmarc({ dmarc: { result, domain, policy, alignment } }: AuthResult): Evidence {
  const by = [...(alignment.dkim ? ['a signature'] : []), ...(alignment.spf ? ['SPF'] : [])].join(' and ');
  const asks = policy === null ? '' : ` Its policy is ${policy}.`;
  const sentences: Partial<Record<typeof result, string>> = {
    pass: `DMARC for ${domain} passes by ${by}.${asks}`,
    fail: `Neither SPF nor a signature passes for ${domain}.${asks}`,
    none: domain === null ? 'The mail has no author with a domain.' : `${domain} publishes no policy.`,
    permerror: 'The mail does not have exactly one author to look up a policy for, or the policy is invalid.',
    temperror: `DNS did not answer for ${domain}.`,
  };
  const speaks = result === 'pass' ? 'for' : result === 'fail' ? 'against' : 'neither';
  return evidence({ check: 'dmarc', result, speaks, domain, sentence: sentences[result] ?? result, rfc: 'RFC 7489' });
}

function dkim({ result, domain, selector, aligned, signedFields, detail }: Signature): Evidence {
  const key = `${domain} (key ${selector})`;
  const sentence =
    result === 'pass'
      ? `${key} signed the body and ${signedFields.join(', ') || 'no displayed field'}.${aligned ? '' : ' That is not the From domain.'}`
      : `The signature of ${key} does not count: ${detail ?? result}.`;
  const speaks = result === 'pass' ? (aligned ? 'for' : 'neither') : result === 'fail' ? 'against' : 'neither';
  return { check: 'dkim', result, speaks, domain, sentence, signedFields: [...signedFields], rfc: 'RFC 6376' };
}

function noSignature({ dkim: signatures }: AuthResult): Evidence[] {
  if (signatures.length > 0) return [];
  const sentence = 'The mail has no signature that could be checked.';
  return [evidence({ check: 'dkim', result: 'none', speaks: 'neither', domain: null, sentence, rfc: 'RFC 6376' })];
}

function spf({ spf: { result, domain, detail }, dmarc: { alignment } }: AuthResult): Evidence {
  const because = detail === null ? '' : ` ${detail}`;
  const other = result === 'pass' && !alignment.spf ? ' That is not the From domain.' : '';
  const sentence =
    result === 'pass'
      ? `The server may send for ${domain}.${other}`
      : `The server is not known to send for ${domain ?? 'any domain'}: ${result}.${because}`;
  const speaks = result === 'fail' ? 'against' : result === 'pass' && alignment.spf ? 'for' : 'neither';
  return evidence({ check: 'spf', result, speaks, domain, sentence, rfc: 'RFC 7208' });
}

/** An intact chain records what forwarders saw; the reader decides whether to trust them. */
function arc({ arc: { result, instances, domain } }: AuthResult): Evidence[] {
  if (result === 'none' && instances === 0) return [];
  const many = `${instances} ${instances === 1 ? 'forwarder' : 'forwarders'}`;
  const sentence =
    result === 'pass'
      ? `The chain of ${many} is intact; the last seal is by ${domain ?? 'an unknown domain'}. It proves nothing unless you trust the forwarders.`
      : `The chain of ${many} is broken: ${result}.`;
  return [evidence({ check: 'arc', result, speaks: 'neither', domain, sentence, rfc: 'RFC 8617' })];
}

function ambiguity(defects: ParsedMail['defects']): Evidence {
  const detail = defects.find(({ code }) => code === 'mime.ambiguous')?.detail ?? 'the two readings differ';
  const sentence = `Two readings of the mail disagree: ${detail}.`;
  return evidence({ check: 'ambiguity', result: 'ambiguous', speaks: 'against', domain: null, sentence, rfc: null });
}

function ses({ spam, virus }: NonNullable<ParsedMail['enrichment']['ses']>): Evidence {
  const result = [`spam ${spam ?? 'not checked'}`, `virus ${virus ?? 'not checked'}`].join(', ');
  const against = spam === 'FAIL' || virus === 'FAIL';
  const sentence = `Amazon SES received the mail and reported: ${result}.`;
  return evidence({ check: 'ses', result, speaks: against ? 'against' : 'neither', domain: null, sentence, rfc: null });
}
