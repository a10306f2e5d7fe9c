import { useState } from 'preact/hooks';
import type { AttachedMessage, Attachment } from '../../../../core/mail/parsed-mail.ts';
import type { MailDocument } from '../../api/api.ts';
import { Badge } from '../parts/badge.tsx';
import { Facts } from '../parts/facts.tsx';
import { bytes, fullTime } from '../parts/format.ts';
import { Icon } from '../parts/icon.tsx';
import { PersonList } from '../parts/person.tsx';
import { HtmlFrame } from './bodies.tsx';
import { links } from './links.ts';
import { Preview } from './preview.tsx';

/** Every attachment with its type, a preview where possible, and a download. */
export function Attachments({ mail, list = mail.attachments }: { mail: MailDocument; list?: Attachment[] }) {
  return (
    <ul class="entries">
      {list.map((attachment) => (
        <li id={`part-${attachment.partId}`}>
          <Head mail={mail} attachment={attachment} />
          {attachment.message === null ? (
            <Preview mail={mail} attachment={attachment} />
          ) : (
            <AttachedMail mail={mail} partId={attachment.partId} message={attachment.message} />
          )}
        </li>
      ))}
    </ul>
  );
}

function Head({ mail, attachment }: { mail: MailDocument; attachment: Attachment }) {
  const { partId, filename, contentType, detectedType, size, related, disposition } = attachment;
  const scan = mail.enrichment.malware?.attachments.find((scanned) => scanned.partId === partId);
  return (
    <div class="row">
      <Icon name="file" />
      <h2 class="minor name">
        <bdi>{filename ?? `part ${partId}`}</bdi>
      </h2>
      <span class="muted small">
        {contentType}, {bytes(size)}
      </span>
      {detectedType !== null && detectedType !== contentType && <Badge tone="warn">is {detectedType}</Badge>}
      {related && <Badge>in the HTML</Badge>}
      {disposition === 'inline' && !related && <Badge>inline</Badge>}
      {scan && <Badge tone={SCAN_TONES[scan.verdict]}>{[scan.verdict, ...scan.threats].join(' ')}</Badge>}
      <a class="button quiet push" href={links.attachment(mail.id, partId)} download>
        <Icon name="download" />
        <span>
          Download<span class="visually-hidden"> {filename ?? `part ${partId}`}</span>
        </span>
      </a>
    </div>
  );
}

const SCAN_TONES = { clean: 'ok', error: 'warn', limit: 'warn', not_scannable: 'warn', infected: 'bad' } as const;

interface AttachedMailProps {
  mail: MailDocument;
  partId: string;
  message: AttachedMessage;
}

/** A mail inside a mail, opened in place. */
function AttachedMail({ mail, partId, message }: AttachedMailProps) {
  const { subject, from, to, cc, date, text, html, attachments } = message;
  const [body, setBody] = useState<'text' | 'html'>(text === null ? 'html' : 'text');
  return (
    <article class="nested stack tight">
      <h2 class="minor">
        <bdi>{subject || '(no subject)'}</bdi>
      </h2>
      <Facts
        rows={[
          ['From', from.length > 0 && <PersonList people={from} />],
          ['To', to.length > 0 && <PersonList people={to} />],
          ['Cc', cc.length > 0 && <PersonList people={cc} />],
          ['Date', date && fullTime(date)],
        ]}
      />
      {text !== null && html !== null && (
        <div class="row">
          <button class="button" type="button" aria-pressed={body === 'text'} onClick={() => setBody('text')}>
            Text
          </button>
          <button class="button" type="button" aria-pressed={body === 'html'} onClick={() => setBody('html')}>
            HTML
          </button>
        </div>
      )}
      {body === 'text' && text !== null && (
        <pre class="body">
          <bdi>{text}</bdi>
        </pre>
      )}
      {body === 'html' && html !== null && <HtmlFrame address={links.attachedHtml(mail.id, partId)} />}
      {attachments.length > 0 && <Attachments mail={mail} list={attachments} />}
    </article>
  );
}
