import { Icon } from '../parts/icon.tsx';
import { Sent } from './sent.tsx';
import { useSend } from './use-send.ts';

const text = (form: FormData, name: string): string => String(form.get(name) ?? '');

/** Splits typed addresses at commas, semicolons and white space. */
export const addressesIn = (typed: string): string[] => typed.split(/[\s,;]+/).filter((address) => address !== '');

/** A form for a plain text mail. */
export function Compose() {
  const sending = useSend();
  return (
    <section class="card stack">
      <h2>Compose</h2>
      <form
        class="stack tight"
        onSubmit={(event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          sending.send({
            kind: 'compose',
            from: text(form, 'from'),
            to: addressesIn(text(form, 'to')),
            subject: text(form, 'subject'),
            text: text(form, 'text'),
          });
        }}
      >
        <div class="pair">
          <label class="label">
            From
            <input class="field" name="from" defaultValue="ada@example.org" required />
          </label>
          <label class="label">
            To
            <input class="field" name="to" defaultValue="bob@example.com" required />
          </label>
        </div>
        <label class="label">
          Subject
          <input class="field" name="subject" placeholder="Hello" />
        </label>
        <label class="label">
          Text
          <textarea class="field" name="text" />
        </label>
        <div class="row">
          <button class="button primary" type="submit" disabled={sending.busy}>
            <Icon name="send" /> Send
          </button>
        </div>
      </form>
      <Sent sending={sending} />
    </section>
  );
}
