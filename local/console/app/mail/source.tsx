import { useEffect, useState } from 'preact/hooks';
import { Empty } from '../parts/badge.tsx';
import { bytes } from '../parts/format.ts';
import { Icon } from '../parts/icon.tsx';
import { Scroll } from '../parts/scroll.tsx';
import { links } from './links.ts';

/** More would take too long to lay out; the download has everything. */
const SHOWN_BYTES = 256_000;

/** The JSON that consumers receive. */
export function Json({ id }: { id: string }) {
  return <Source address={links.document(id)} name={`${id}.json`} format={indented} />;
}

/** The original bytes, decoded as UTF-8. */
export function Raw({ id }: { id: string }) {
  return <Source address={links.raw(id)} name={`${id}.eml`} format={(text) => text} />;
}

function indented(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}

function Source({ address, name, format }: { address: string; name: string; format: (text: string) => string }) {
  const loaded = useText(address);
  if (loaded === null) return <div class="source-place" />;
  if (loaded.error !== null) {
    return (
      <Empty title="Cannot be read">
        <p>{loaded.error}</p>
      </Empty>
    );
  }
  const text = format(loaded.text);
  return (
    <div class="stack tight">
      <div class="row">
        <span class="muted small">
          {text.length > SHOWN_BYTES
            ? `The first ${bytes(SHOWN_BYTES)} of ${bytes(text.length)}`
            : bytes(loaded.text.length)}
        </span>
        <button class="button quiet push" type="button" onClick={() => navigator.clipboard.writeText(text)}>
          Copy
        </button>
        <a class="button quiet" href={address} download={name}>
          <Icon name="download" /> Download
        </a>
      </div>
      <Scroll kind="source" name={name}>
        <pre>{text.slice(0, SHOWN_BYTES)}</pre>
      </Scroll>
    </div>
  );
}

/** Null while it loads. */
function useText(address: string): { text: string; error: string | null } | null {
  const [loaded, setLoaded] = useState<{ text: string; error: string | null } | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    setLoaded(null);
    fetch(address, { signal: abort.signal })
      .then(async (response) => {
        if (!response.ok) throw new Error(`The console answered ${response.status}.`);
        setLoaded({ text: await response.text(), error: null });
      })
      .catch((error: Error) => {
        if (!abort.signal.aborted) setLoaded({ text: '', error: error.message });
      });
    return () => abort.abort();
  }, [address]);
  return loaded;
}
