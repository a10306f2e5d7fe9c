import type { Attachment } from '../../../../core/mail/parsed-mail.ts';
import type { MailDocument } from '../../api/api.ts';
import { Badge } from '../parts/badge.tsx';
import { bytes, fullTime } from '../parts/format.ts';
import { Icon } from '../parts/icon.tsx';
import { PersonList } from '../parts/person.tsx';
import { HtmlFrame } from './bodies.tsx';
import { links } from './links.ts';
import { Preview } from './preview.tsx';

/** Every attachment with what it is, a preview where one can be made, and its bytes. */
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
  message: NonNullable<Attachment['message']>;
}

/** A mail inside a mail, opened in place. */
function AttachedMail({ mail, partId, message }: AttachedMailProps) {
  return (
    <article class="nested stack tight">
      <h2 class="minor">
        <bdi>{message.subject ?? '(no subject)'}</bdi>
      </h2>
      <p class="muted small">
        <PersonList people={message.from} />
        {message.date !== null && `, ${fullTime(message.date)}`}
      </p>
      {message.text !== null && (
        <pre class="body">
          <bdi>{message.text}</bdi>
        </pre>
      )}
      {message.text === null && message.html !== null && <HtmlFrame address={links.attachedHtml(mail.id, partId)} />}
      {message.attachments.length > 0 && <Attachments mail={mail} list={message.attachments} />}
    </article>
  );
}
