import type { Report } from '../../../mail/report-schemas.ts';
import type { CapturedPart } from '../../reading.ts';
import { EMPTY_REPORT } from '../empty-report.ts';
import { readDmarcReport } from './dmarc.ts';
import { readTlsReport } from './tls.ts';
import { unpackReport } from './unpack-report.ts';

/**
 * What receivers report of a domain's mail: DMARC aggregate reports in XML, reports of TLS connections in JSON. Its
 * content decides which it is.
 *
 * @param limitBytes of the unpacked report
 * @throws Error with what is wrong when it cannot be read
 */
export async function readAggregateReport({ bytes }: CapturedPart, limitBytes: number): Promise<Report> {
  const source = await unpackReport(bytes, limitBytes);
  return /^\s*[{[]/.test(source)
    ? { ...EMPTY_REPORT, type: 'tlsrpt', tls: readTlsReport(source) }
    : { ...EMPTY_REPORT, type: 'dmarc-aggregate', dmarc: await readDmarcReport(source) };
}
