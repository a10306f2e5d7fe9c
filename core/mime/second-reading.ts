import { createHash } from 'node:crypto';
import type { DefectCode } from '../mail/defects.ts';
import type { MailContent } from '../mail/parsed-mail.ts';
import { type AttachmentSink, NOT_STORED } from '../ports/mime-reader.ts';

/** Defects that a downstream program, a virus scanner or a mail client, may interpret differently. */
const STRUCTURAL: ReadonlySet<DefectCode> = new Set<DefectCode>([
  'header.malformed',
  'mime.boundary_missing',
  'mime.boundary_comment',
  'mime.boundary_duplicate',
  'mime.truncated',
  'mime.content_type_invalid',
  'mime.content_type_duplicate',
  'mime.disposition_invalid',
  'mime.disposition_duplicate',
  'mime.parameter_invalid',
  'mime.delimiter_invalid',
  'mime.fields_in_body',
  'mime.encoding_duplicate',
  'mime.encoding_malformed',
  'mime.encoding_unknown',
  'mime.encoding_invalid',
  'mime.epilogue',
  'body.nul',
]);

export function needsSecondReading({ defects }: MailContent): boolean {
  return defects.some(({ code }) => STRUCTURAL.has(code)) && !defects.some(({ code }) => code.startsWith('parse.'));
}

/** The content, with the defect `mime.ambiguous` if an independent reading found different parts. */
export function comparedWith(first: MailContent, second: MailContent): MailContent {
  const stop = second.defects.find(({ code }) => code.startsWith('parse.'));
  if (stop !== undefined) return withoutAgreement(first, stop.detail);
  const detail = disagreement(first, second);
  return detail === null ? first : ambiguous(first, detail);
}

/** The content of a mail whose second reading failed. */
export function withoutAgreement(first: MailContent, reason: string): MailContent {
  return ambiguous(first, `no second reading: ${reason}`);
}

function ambiguous(content: MailContent, detail: string): MailContent {
  return { ...content, defects: [...content.defects, { code: 'mime.ambiguous', partId: null, detail }] };
}

/** How the two readings differ, in words; null when they agree about the parts. */
function disagreement(first: MailContent, second: MailContent): string | null {
  const differences = [
    attachmentDifference(first, second),
    textDifference('text', first.text, second.text),
    textDifference('html', first.html, second.html),
  ].filter((difference) => difference !== null);
  return differences.length === 0 ? null : differences.join('; ');
}

/** Leaves of the tree only: mailparser unpacks nothing and does not parse attached mails. */
function attachmentDifference(first: MailContent, second: MailContent): string | null {
  const leaves = first.attachments.filter(({ parentPartId }) => parentPartId === null);
  const ours = leaves.map(({ sha256 }) => sha256).sort();
  const theirs = second.attachments.map(({ sha256 }) => sha256).sort();
  if (ours.join() === theirs.join()) return null;
  const common = ours.filter((sha256) => theirs.includes(sha256)).length;
  return `${ours.length} attachments here, ${theirs.length} in the second reading, ${common} the same`;
}

function textDifference(name: string, first: string | null, second: string | null): string | null {
  const ours = bare(first);
  const theirs = bare(second);
  return ours === theirs ? null : `${name} has ${ours.length} characters here, ${theirs.length} in the second reading`;
}

/** Without what the readings put between parts, and without replacements for characters that were not decoded. */
function bare(text: string | null): string {
  return (text ?? '').replace(/<br\/>|[\s\ufffd]+/g, '');
}

/** A sink that keeps only what is compared. */
export const hashOnly: AttachmentSink = async (_head, content) => {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of content) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { ...NOT_STORED, size, sha256: hash.digest('hex') };
};
