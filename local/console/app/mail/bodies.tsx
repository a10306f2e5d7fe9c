import type { HtmlFacts, MailDocument } from '../../api/api.ts';
import { useAnswer } from '../data/use-answer.ts';
import { Note } from '../parts/badge.tsx';
import { counted } from '../parts/format.ts';
import { links } from './links.ts';

/** HTML in a frame without scripts, origin or network access. Links open in a new tab. */
export function HtmlFrame({ address }: { address: string }) {
  return (
    <div class="frame">
      <iframe
        title="HTML of the mail"
        sandbox="allow-popups allow-popups-to-escape-sandbox"
        referrerpolicy="no-referrer"
        src={address}
      />
    </div>
  );
}

/** The HTML of the mail, below a line about what was removed. */
export function HtmlBody({ id }: { id: string }) {
  const { answer } = useAnswer('GET /api/mails/:id/html', { id });
  return (
    <div class="stack tight">
      <p class="hidden-content muted small">{answer === null ? '' : notShown(answer)}</p>
      <HtmlFrame address={links.html(id)} />
    </div>
  );
}

function notShown({ remote, remoteHosts, active, missingImages, cut }: HtmlFacts): string {
  const parts = [
    remote > 0 && `${counted(remote, 'remote resource')} of ${remoteHosts.slice(0, 3).join(', ')} not loaded`,
    active > 0 && `${counted(active, 'active element')} removed`,
    missingImages > 0 && `${counted(missingImages, 'image')} missing`,
    cut && 'only the first million characters are shown',
  ].filter((text) => text !== false);
  return parts.length === 0 ? 'Nothing was removed.' : `${parts.join('; ')}.`;
}

export function TextBody({ mail }: { mail: MailDocument }) {
  return (
    <>
      <pre class="body">
        <bdi>{mail.text}</bdi>
      </pre>
      {mail.cut.includes('text') && <Note>The text is too long for this page; the JSON has all of it.</Note>}
    </>
  );
}

/** The new text of a reply, apart from quoted text and signature. */
export function ReplyBody({ mail }: { mail: MailDocument }) {
  const { reply } = mail;
  if (reply === null) return null;
  return (
    <div class="stack">
      <section>
        <h2 class="minor muted">New in this mail</h2>
        <pre class="body">
          <bdi>{reply.text}</bdi>
        </pre>
      </section>
      {reply.signature !== null && (
        <section>
          <h2 class="minor muted">Signature</h2>
          <pre class="body muted">
            <bdi>{reply.signature}</bdi>
          </pre>
        </section>
      )}
      {reply.quoted !== null && (
        <section>
          <h2 class="minor muted">Quoted</h2>
          <pre class="body quoted">
            <bdi>{reply.quoted}</bdi>
          </pre>
        </section>
      )}
    </div>
  );
}
