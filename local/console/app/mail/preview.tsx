import { useEffect, useState } from 'preact/hooks';
import type { Attachment } from '../../../../core/mail/parsed-mail.ts';
import type { MailDocument } from '../../api/api.ts';
import { isPicture } from '../../api/picture.ts';
import { Scroll } from '../parts/scroll.tsx';
import { links } from './links.ts';

interface PreviewProps {
  mail: MailDocument;
  attachment: Attachment;
}

/** Preview of an attachment, where possible; the server renders the images. */
export function Preview({ mail, attachment }: PreviewProps) {
  const type = attachment.detectedType;
  if (type === 'application/pdf') return <Pages mail={mail} attachment={attachment} />;
  if (isPicture(type)) return <Picture address={links.picture(mail.id, attachment.partId)} name={nameOf(attachment)} />;
  if (isText(attachment)) return <Text address={links.text(mail.id, attachment.partId)} name={nameOf(attachment)} />;
  return null;
}

const nameOf = ({ filename, partId }: Attachment): string => filename ?? `part ${partId}`;

/** Uses the declared type: text has no magic bytes. */
function isText({ contentType, detectedType }: Attachment): boolean {
  if (detectedType !== null && !/xml|json/.test(detectedType)) return false;
  return /^text\/|^message\/|[/+](json|xml)$/.test(contentType);
}

function Pages({ mail, attachment }: PreviewProps) {
  const read = mail.enrichment.ocr?.documents.find(({ partId }) => partId === attachment.partId);
  // Unknown if no step opened the document.
  const pages = read?.pageCount ?? null;
  const [page, setPage] = useState(1);
  return (
    <div class="stack tight">
      <Picture
        key={page}
        address={links.page(mail.id, attachment.partId, page)}
        name={`Page ${page} of ${nameOf(attachment)}`}
        paper
      />
      {pages !== 1 && (
        <div class="row">
          <button class="button" type="button" disabled={page === 1} onClick={() => setPage(page - 1)}>
            Previous page
          </button>
          <span class="muted small">
            Page {page}
            {pages !== null && ` of ${pages}`}
          </span>
          <button class="button" type="button" disabled={page === pages} onClick={() => setPage(page + 1)}>
            Next page
          </button>
        </div>
      )}
    </div>
  );
}

/** Reserves its space before it loads and if it fails, so that nothing below moves. */
function Picture({ address, name, paper = false }: { address: string; name: string; paper?: boolean }) {
  const [state, setState] = useState<'loading' | 'there' | 'broken'>('loading');
  return (
    <div class={`preview${paper ? ' paper' : ''}`}>
      {state === 'broken' ? (
        <p class="muted">No preview available.</p>
      ) : (
        <img
          class={state}
          src={address}
          alt={name}
          onLoad={() => setState('there')}
          onError={() => setState('broken')}
        />
      )}
    </div>
  );
}

/** Longer texts are better downloaded. */
const SHOWN_CHARACTERS = 20_000;

function Text({ address, name }: { address: string; name: string }) {
  const [text, setText] = useState<string | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    fetch(address, { signal: abort.signal })
      .then((response) => (response.ok ? response.text() : ''))
      .then(setText, () => {});
    return () => abort.abort();
  }, [address]);
  return (
    <Scroll kind="excerpt" name={name}>
      <pre>{text?.slice(0, SHOWN_CHARACTERS)}</pre>
    </Scroll>
  );
}
