import type { MailDetail } from '../../api/api.ts';
import { Badge } from '../parts/badge.tsx';

/** What is wrong with the mail: what the code means, what it was here, and the rule that is broken. */
export function Defects({ detail }: { detail: MailDetail }) {
  return (
    <ul class="entries">
      {detail.defects.map(({ code, partId, detail: here, meaning, rfc, rfcUrl }) => (
        <li>
          <div class="row">
            <a href={`/?defect=${encodeURIComponent(code)}`} title="Other mails with it">
              <code>{code}</code>
            </a>
            {partId !== null && <Badge>part {partId}</Badge>}
            {rfcUrl !== null && (
              <a href={rfcUrl} target="_blank" rel="noreferrer">
                <Badge tone="accent">{rfc}</Badge>
              </a>
            )}
          </div>
          <p>{meaning}.</p>
          <p class="muted">
            <bdi>{here}</bdi>
          </p>
        </li>
      ))}
    </ul>
  );
}
