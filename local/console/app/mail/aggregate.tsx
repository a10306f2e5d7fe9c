import type { DmarcReport, TlsReport } from '../../../../core/mail/report-schemas.ts';
import { Badge, Note } from '../parts/badge.tsx';
import { Facts } from '../parts/facts.tsx';
import { count, counted, fullTime } from '../parts/format.ts';

/** A receiver's report on mails from a domain (RFC 7489), and the servers that sent the failing ones. */
export function DmarcView({ dmarc }: { dmarc: DmarcReport }) {
  const { domain, messages, passed, failing } = dmarc;
  const failed = messages - passed;
  return (
    <div class="stack">
      <Note tone={failed === 0 ? 'ok' : 'warn'}>
        {count(passed)} of {counted(messages, 'mail')} from <bdi>{domain ?? 'the domain'}</bdi> pass DMARC.
        {failed > 0 &&
          ' If a server below is yours, it needs SPF or an aligned signature; the others forward or forge mail.'}
      </Note>
      <Facts
        rows={[
          ['Reported by', dmarc.organization && <bdi>{dmarc.organization}</bdi>],
          ['Time', period(dmarc)],
          ['Policy', dmarc.policy && <bdi>{dmarc.policy}</bdi>],
          ['DKIM aligned', count(dmarc.dkimAligned)],
          ['SPF aligned', count(dmarc.spfAligned)],
          ['Quarantined', count(dmarc.quarantined)],
          ['Rejected', count(dmarc.rejected)],
          ['Report id', dmarc.reportId && <bdi class="mono">{dmarc.reportId}</bdi>],
        ]}
      />
      {failing.length > 0 && (
        <div class="scroll-x">
          <table>
            <thead>
              <tr>
                <th scope="col">Fails from</th>
                <th scope="col">From field</th>
                <th scope="col">Disposition</th>
                <th scope="col" class="number">
                  Mails
                </th>
              </tr>
            </thead>
            <tbody>
              {failing.map(({ sourceIp, headerFrom, disposition, messages: mails }) => (
                <tr>
                  <td class="mono">
                    <bdi>{sourceIp}</bdi>
                  </td>
                  <td>
                    <bdi>{headerFrom}</bdi>
                  </td>
                  <td>
                    <bdi>{disposition}</bdi>
                  </td>
                  <td class="number">{count(mails)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}

/** A sender's report on TLS to the mail servers of a domain (RFC 8460). */
export function TlsView({ tls }: { tls: TlsReport }) {
  const { successful, failed, policies } = tls;
  return (
    <div class="stack">
      <Note tone={failed === 0 ? 'ok' : 'warn'}>
        {count(successful)} of {counted(successful + failed, 'session')} used TLS as the policy requires.
        {failed > 0 &&
          ' Mail in the other sessions may not have arrived: check the certificates and names of the servers.'}
      </Note>
      <Facts
        rows={[
          ['Reported by', tls.organization && <bdi>{tls.organization}</bdi>],
          ['Time', period(tls)],
          ['Report id', tls.reportId && <bdi class="mono">{tls.reportId}</bdi>],
        ]}
      />
      <ul class="entries">
        {policies.map((policy) => (
          <li>
            <div class="row">
              <h2 class="minor">
                <bdi>{policy.domain ?? '(no domain)'}</bdi>
              </h2>
              {policy.type !== null && (
                <Badge>
                  <bdi>{policy.type}</bdi>
                </Badge>
              )}
              <span class="muted small push">
                {count(policy.successful)} succeeded, {count(policy.failed)} failed
              </span>
            </div>
            {policy.failures.map(({ type, sessions }) => (
              <p>
                <bdi>{type}</bdi> <span class="muted">{counted(sessions, 'session')}</span>
              </p>
            ))}
          </li>
        ))}
      </ul>
    </div>
  );
}

function period({ begin, end }: { begin: string | null; end: string | null }): string | null {
  const times = [begin, end].flatMap((time) => (time === null ? [] : [fullTime(time)]));
  return times.length === 0 ? null : times.join(' – ');
}
