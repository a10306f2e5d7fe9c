import type { DefectCode } from '../mail/defects.ts';
import type { MimeLimits } from '../mail/limits.ts';
import { READ_BOTH_WAYS } from './ambiguity.ts';
import { decodeText } from './charset/decode-text.ts';
import { reportAmbiguities, reportSeveral } from './entity-ambiguities.ts';
import { firstValue } from './header/fields.ts';
import { type ReportDefect, safeFilename } from './header/filename.ts';
import { displayText, oneLine, unicodeOf } from './header/header-text.ts';
import { StructuredField } from './header/parameters.ts';
import { BOUNDARY_MAX_BYTES } from './scan/boundary-stack.ts';
import type { RawField } from './scan/header-lines.ts';

/** Maximum readings of one boundary to search for at the same time. */
const BOUNDARY_VARIANTS = 3;

const REGULAR = /^[\w!#$&^.+-]{1,127}\/[\w!#$&^.+-]{1,127}$/;

/** What the header of one entity (RFC 2045 §2.4) says about its body. */
export interface Entity {
  /** `type/subtype` in lower case, without parameters. */
  contentType: string;
  /** As declared, lower case; null when absent. */
  charset: string | null;
  /** As declared, lower case; null when absent. */
  encoding: string | null;
  disposition: 'attachment' | 'inline' | null;
  filename: string | null;
  contentId: string | null;
  /** The boundaries of a multipart; empty when it has no usable one; null for a leaf. */
  boundaries: string[] | null;
  /** Parameters of the Content-Type. */
  parameters: StructuredField;
}

export interface EntityContext {
  /** `message/rfc822` inside a multipart/digest, `text/plain` everywhere else (RFC 2046 §5.1.5). */
  defaultType: string;
  /** Charset to try for raw 8-bit bytes in names. */
  hint: string | null;
  limits: MimeLimits;
  report: ReportDefect;
}

export function readEntity(fields: readonly RawField[], context: EntityContext): Entity {
  const { report } = context;
  const own = fields.filter(({ key }) => key.startsWith('content-'));
  const declaredType = firstValue(own, 'content-type');
  const parameters = new StructuredField(withoutWords(declaredType ?? '', 'mime.content_type_invalid', report));
  const disposition = new StructuredField(
    withoutWords(firstValue(own, 'content-disposition') ?? '', 'mime.disposition_invalid', report),
  );
  const name = decodedParameter(disposition, 'filename', context) || decodedParameter(parameters, 'name', context);
  const filename = name === null ? null : safeFilename(name, context.limits.filenameLength, report);
  const contentType = contentTypeOf(declaredType, parameters, filename !== null, context);
  const encoding = encodingOf(firstValue(own, 'content-transfer-encoding'));
  reportAmbiguities(own, { contentType, encoding, parameters, disposition }, report);
  return {
    contentType,
    charset: parameters.extended('charset')?.value.trim().toLowerCase() || null,
    encoding,
    disposition: dispositionOf(disposition.value),
    filename,
    contentId: contentIdOf(own),
    boundaries: contentType.startsWith('multipart/') ? boundariesOf(parameters, report) : null,
    parameters,
  };
}

/**
 * A field that begins with an encoded word, which RFC 2047 §5 forbids there, as other readers read it: decoded, in
 * UTF-8.
 */
function withoutWords(raw: string, code: DefectCode, report: ReportDefect): string {
  if (!raw.startsWith('=?')) return raw;
  report(code, JSON.stringify(raw.slice(0, 100)));
  return Buffer.from(displayText(raw, null)).toString('latin1');
}

function contentTypeOf(
  declared: string | null,
  field: StructuredField,
  named: boolean,
  context: EntityContext,
): string {
  if (declared === null) return context.defaultType;
  const written = field.value.toLowerCase();
  if (field.unseparated) context.report('mime.content_type_invalid', 'a semicolon is missing');
  if (REGULAR.test(written)) return written;
  const type = written.replace(/\s*\/\s*/, '/');
  if (REGULAR.test(type)) return type;
  context.report('mime.content_type_invalid', JSON.stringify(declared.slice(0, 100)));
  context.report('mime.ambiguous', READ_BOTH_WAYS.type_not_regular);
  if (/^multipart\b/.test(type)) return 'multipart/mixed';
  if (type === 'text' || (!named && !/^(application|image|audio|video|message)\b/.test(type))) return 'text/plain';
  return 'application/octet-stream';
}

function encodingOf(declared: string | null): string | null {
  if (declared === null) return null;
  if (/^[\w-]{1,80}$/.test(declared)) return declared.toLowerCase();
  return new StructuredField(declared).value.toLowerCase().replace(/^"|"$/g, '').slice(0, 80);
}

/** An unknown disposition counts as attachment (RFC 2183 §2.8). */
function dispositionOf(value: string): Entity['disposition'] {
  const disposition = value.toLowerCase().replace(/^"|"$/g, '');
  if (disposition === '') return null;
  return disposition === 'inline' ? 'inline' : 'attachment';
}

function contentIdOf(fields: readonly RawField[]): string | null {
  const value = firstValue(fields, 'content-id');
  if (value === null) return null;
  return oneLine(unicodeOf(value, null)).replace(/^<|>$/g, '').trim() || null;
}

/** Every reading of the boundary, the most correct first: where they differ, the one that occurs decides. */
function boundariesOf(parameters: StructuredField, report: ReportDefect): string[] {
  const declared = parameters.variants('boundary');
  const variants = declared.map((value) => value.trimEnd());
  if (variants.join() !== declared.join()) report('mime.ambiguous', READ_BOTH_WAYS.boundary_blank);
  if (variants.length > 1) reportSeveral('mime.boundary_duplicate', variants, report);
  const comment = parameters.comment('boundary');
  if (comment !== null) {
    report('mime.boundary_comment', comment.slice(0, 80));
    variants.push(`${variants[0] ?? ''}${comment}`);
  }
  const usable = variants.filter((value) => value !== '' && value.length <= BOUNDARY_MAX_BYTES);
  if (usable.length === 0)
    report('mime.boundary_missing', `boundary ${JSON.stringify((variants[0] ?? '').slice(0, 80))}`);
  return usable.slice(0, BOUNDARY_VARIANTS);
}

/** A parameter for people: RFC 2231 decoded, or the encoded words that mailers use instead. */
function decodedParameter(field: StructuredField, name: string, { hint }: EntityContext): string | null {
  const found = field.extended(name);
  if (found === null) return null;
  if (found.charset === null) return displayText(found.value, hint);
  return decodeText(Buffer.from(found.value, 'latin1'), found.charset || null, hint).text;
}
