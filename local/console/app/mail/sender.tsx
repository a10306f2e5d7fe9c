import type { Evidence, MailDetail, SenderLevel } from '../../api/api.ts';
import { Badge, Empty, Note, type Tone } from '../parts/badge.tsx';
import { Facts } from '../parts/facts.tsx';

export const SENDER_TONES: Readonly<Record<SenderLevel, Tone>> = {
  verified: 'ok',
  partly: 'warn',
  unverified: 'warn',
  contradicted: 'bad',
  unknown: 'plain',
};

/** Who sent the mail, and the evidence. */
export function Sender({ detail }: { detail: MailDetail }) {
  const { sender, envelope } = detail;
  if (sender === null) {
    return (
      <Empty title="The sender was not checked">
        <p>This mail has no document, so its sender is unknown.</p>
      </Empty>
    );
  }
  return (
    <div class="stack">
      <Note tone={SENDER_TONES[sender.level]}>
        <bdi>{sender.sentence}</bdi>
      </Note>
      <ul class="entries">
        {sender.evidence.map((evidence) => (
          <EvidenceEntry {...evidence} />
        ))}
      </ul>
      {envelope !== null && (
        <section class="stack tight">
          <h2 class="minor">SMTP dialogue</h2>
          <Facts
            rows={[
              ['MAIL FROM', <bdi class="mono">{`<${envelope.mailFrom}>`}</bdi>],
              ['RCPT TO', <bdi class="mono">{envelope.rcptTo.map((address) => `<${address}>`).join(', ')}</bdi>],
              ['Client', <span class="mono">{envelope.remoteAddress}</span>],
              ['EHLO', <bdi class="mono">{envelope.helo}</bdi>],
              ['TLS', envelope.tls === null ? 'none' : `${envelope.tls.version}, ${envelope.tls.cipher}`],
            ]}
          />
        </section>
      )}
    </div>
  );
}

const SPEAKS = {
  for: { tone: 'ok', icon: 'ok' },
  against: { tone: 'bad', icon: 'bad' },
  neither: { tone: 'plain', icon: 'info' },
} as const;

function EvidenceEntry({ check, result, speaks, domain, sentence, signedFields, rfc }: Evidence) {
  return (
    <li>
      <div class="row">
        <h2 class="minor">{check === 'ambiguity' ? 'Ambiguity' : check.toUpperCase()}</h2>
        <Badge {...SPEAKS[speaks]}>{result}</Badge>
        {domain !== null && <bdi class="mono">{domain}</bdi>}
        {rfc !== null && <span class="muted small push">{rfc}</span>}
      </div>
      <p>
        <bdi>{sentence}</bdi>
      </p>
      {signedFields !== null && signedFields.length > 0 && (
        <p class="row tight">
          <span class="muted small">Signs</span>
          {signedFields.map((field) => (
            <Badge>{field}</Badge>
          ))}
        </p>
      )}
    </li>
  );
}
