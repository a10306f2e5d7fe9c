import { useState } from 'preact/hooks';
import { Note } from '../parts/badge.tsx';
import { addressesIn } from './compose.tsx';
import { Sent } from './sent.tsx';
import { useSend } from './use-send.ts';

/** Streams any .eml file to the edge unchanged; the edge decides whether it is too large. */
export function OwnFile() {
  const sending = useSend();
  const [fault, setFault] = useState<string | null>(null);
  const submit = async (form: FormData) => {
    const file = form.get('file');
    if (!(file instanceof File) || file.size === 0) return setFault('Choose a file first.');
    setFault(null);
    await sending.sendFile(file, { from: String(form.get('from')), to: addressesIn(String(form.get('to'))) });
  };
  return (
    <section class="card stack">
      <h2>Send your own .eml</h2>
      <form
        class="stack tight"
        onSubmit={(event) => {
          event.preventDefault();
          submit(new FormData(event.currentTarget));
        }}
      >
        <label class="label">
          File
          <input class="field" type="file" name="file" accept=".eml,message/rfc822" />
        </label>
        <div class="pair">
          <label class="label">
            MAIL FROM
            <input class="field" name="from" defaultValue="ada@example.org" />
          </label>
          <label class="label">
            RCPT TO
            <input class="field" name="to" defaultValue="bob@example.com" required />
          </label>
        </div>
        <div class="row">
          <button class="button" type="submit" disabled={sending.busy}>
            Send the file
          </button>
        </div>
      </form>
      {fault !== null && <Note tone="warn">{fault}</Note>}
      <Sent sending={sending} />
    </section>
  );
}
