import type { MailDocument } from '../../api/api.ts';
import { Note } from '../parts/badge.tsx';

/** HTML in a frame that runs no script, has no origin and loads nothing. A link opens in a new tab. */
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

export function TextBody({ mail }: { mail: MailDocument }) {
  return (
    <>
      <pre class="body">
        <bdi>{mail.text}</bdi>
      </pre>
      {mail.cut.includes('text') && <Note>The text is longer than this page shows: the JSON has all of it.</Note>}
    </>
  );
}

/** What is new in an answer, set off from what it quotes and from the signature. */
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
