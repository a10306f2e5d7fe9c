import type { MailDetail } from '../../api/api.ts';
import { Badge } from '../parts/badge.tsx';

/** Defects of the mail: the meaning of the code, the detail, and the rule that is violated. */
export function Defects({ detail }: { detail: MailDetail }) {
  return (
    <ul class="entries">
      {detail.defects.map(({ code, partId, detail: here, meaning, rfc, rfcUrl }) => (
        <li>
          <div class="row">
            <a href={`/?defect=${encodeURIComponent(code)}`} title="Other mails with this defect">
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
