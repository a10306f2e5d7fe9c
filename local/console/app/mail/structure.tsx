import type { MimeStructure } from '../../../../core/mail/parsed-mail.ts';
import type { MailDocument } from '../../api/api.ts';
import { Empty } from '../parts/badge.tsx';
import { bytes } from '../parts/format.ts';

/** The MIME tree: each part with its type, encoding and size, and a bar for its share of the mail. */
export function Structure({ mail }: { mail: MailDocument }) {
  if (mail.structure === null) {
    return (
      <Empty title="No MIME tree">
        <p>The mail could not be read as a tree of parts. Its bytes are under Raw.</p>
      </Empty>
    );
  }
  const names = new Map(mail.attachments.map(({ partId, filename }) => [partId, filename]));
  return (
    <div class="scroll-x">
      <ul class="tree">
        <Node part={mail.structure} whole={Math.max(1, mail.structure.size)} names={names} />
      </ul>
    </div>
  );
}

interface NodeProps {
  part: MimeStructure;
  whole: number;
  names: ReadonlyMap<string, string | null>;
}

function Node({ part, whole, names }: NodeProps) {
  const name = names.get(part.partId);
  const how = [part.charset, part.encoding].filter((text) => text !== null).join(', ');
  return (
    <li>
      <div class="tree-part">
        <span class="mono muted">{part.partId}</span>
        <span>
          <b>
            <bdi>{part.contentType}</bdi>
          </b>{' '}
          {name && <bdi>{name}</bdi>} <span class="muted small">{how}</span>
        </span>
        <span class="share">
          <svg aria-hidden="true" viewBox="0 0 100 4" preserveAspectRatio="none">
            <rect width={Math.max(1, (part.size / whole) * 100)} height="4" />
          </svg>
        </span>
        <span class="number">{bytes(part.size)}</span>
      </div>
      {part.children.length > 0 && (
        <ul>
          {part.children.map((child) => (
            <Node part={child} whole={whole} names={names} />
          ))}
        </ul>
      )}
    </li>
  );
}
