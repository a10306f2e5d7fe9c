import type { DefectCode } from '../mail/defects.ts';
import { type Ambiguity, READ_BOTH_WAYS } from './ambiguity.ts';
import { allValues } from './header/fields.ts';
import type { ReportDefect } from './header/filename.ts';
import type { StructuredField } from './header/parameters.ts';
import { isRegularDisposition, isRegularType, isUnderstoodDisposition, isUnderstoodType } from './header/regular.ts';
import type { RawField } from './scan/header-lines.ts';
import { isEncoded } from './transfer/decoder.ts';

/** RFC 2045 §6.1: the whole value. */
const REGULAR_ENCODING = /^[ \t]*(?:7bit|8bit|binary|base64|quoted-printable)$/i;
/** A reader that takes it for more than an unknown name decodes the bytes. */
const MEANS_ENCODED = /64|quoted|printable/i;

/** Fields that a part may have only once (RFC 2045 §3, RFC 2183 §2). */
const UNIQUE_FIELDS = [
  ['content-type', 'mime.content_type_duplicate'],
  ['content-disposition', 'mime.disposition_duplicate'],
  ['content-transfer-encoding', 'mime.encoding_duplicate'],
] as const;

/** What was read from the MIME fields of one part. */
interface Reading {
  contentType: string;
  encoding: string | null;
  parameters: StructuredField;
  disposition: StructuredField;
}

/**
 * Reports what other readers read differently in the MIME fields of one part. The name of a file, its bytes and whether
 * it exists at all depend on these fields: any departure from their grammar makes the mail ambiguous, except those that
 * all readers treat alike.
 *
 * @param fields those whose names begin with `Content-`
 */
export function reportAmbiguities(fields: readonly RawField[], reading: Reading, report: ReportDefect): void {
  for (const field of fields) {
    const { key, value } = field;
    if (key === 'content-type') reportType(value, report);
    else if (key === 'content-disposition') reportDisposition(value, report);
    else if (key === 'content-transfer-encoding') reportEncoding(field, reading, report);
  }
  if (fields.length > 1) reportRepeated(fields, report);
  reportParameter(reading.parameters, 'boundary', report);
  reportParameter(reading.parameters, 'name', report);
  reportParameter(reading.disposition, 'filename', report);
  if (reading.disposition.raw('filename') === '') reportBothWays('name_empty', report);
}

/** Each reader decides for itself which of several values counts: that alone makes the mail ambiguous. */
export function reportSeveral(code: DefectCode, values: readonly string[], report: ReportDefect): void {
  const detail = values.map((value) => value.slice(0, 80)).join(' | ');
  report(code, detail);
  report('mime.ambiguous', `${code}: ${detail}`);
}

function reportRepeated(fields: readonly RawField[], report: ReportDefect): void {
  for (const [key, code] of UNIQUE_FIELDS) {
    const first = fields.findIndex((field) => field.key === key);
    if (first === fields.findLastIndex((field) => field.key === key)) continue;
    reportSeveral(code, allValues(fields, key), report);
  }
}

function reportType(value: string, report: ReportDefect): void {
  if (isRegularType(value)) return;
  report('mime.content_type_invalid', shown(value));
  if (!isUnderstoodType(value)) reportBothWays('type_not_regular', report);
}

function reportDisposition(value: string, report: ReportDefect): void {
  if (isRegularDisposition(value)) return;
  report('mime.disposition_invalid', shown(value));
  if (!isUnderstoodDisposition(value)) reportBothWays('disposition_not_regular', report);
}

function reportEncoding({ value, folded }: RawField, { encoding, contentType }: Reading, report: ReportDefect): void {
  const encoded = isEncoded(encoding ?? '');
  if (!REGULAR_ENCODING.test(value) || folded) {
    if (!encoded && !MEANS_ENCODED.test(value)) return;
    report('mime.encoding_malformed', shown(value));
    reportBothWays('encoding_not_regular', report);
  } else if (encoded && /^(?:multipart|message)\//.test(contentType)) reportBothWays('encoding_of_container', report);
}

function reportParameter(field: StructuredField, name: string, report: ReportDefect): void {
  const ambiguity = field.ambiguity(name);
  if (ambiguity === null) return;
  report('mime.parameter_invalid', name);
  reportBothWays(ambiguity, report);
}

function reportBothWays(ambiguity: Ambiguity, report: ReportDefect): void {
  report('mime.ambiguous', READ_BOTH_WAYS[ambiguity]);
}

function shown(value: string): string {
  return JSON.stringify(value.trim().slice(0, 100));
}
