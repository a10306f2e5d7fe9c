/**
 * What is wrong with a mail, by stable code. A hostile or broken mail becomes a document with defects, not an exception.
 * `detail` is for people; programs should use only `code` and `partId`.
 */
export const DEFECT_CODES = {
  'message.empty': 'The mail has no header and no body',
  'message.no_headers': 'Nothing in the mail can be read as a header field',
  'header.too_long': 'A header block exceeds its limit; the rest of it was not read',
  'header.too_many': 'More header fields than the limit; the rest were not read',
  'header.malformed':
    'A header line without a colon, or with a space before it; or no blank line between header and body',
  'header.duplicate': 'A field that may occur once occurs several times (RFC 5322 §3.6)',
  'header.control': 'CR, LF or NUL in a decoded header value was removed',
  'header.charset':
    'Bytes in a header that are in no declared charset, or invalid in it: decoded with a guess, or replaced by U+FFFD',
  'header.date_invalid': 'A Date field that cannot be read; date is null, or that of the next one',
  'address.too_many': 'More addresses in one field than the limit; the rest were not read',
  'address.author_unclear':
    'The From field has one address, but not every reader finds the same one; the sender is not verified',
  'address.invalid': 'An address that cannot be read, or a From field in which readers find different ones',
  'mime.boundary_missing': 'A multipart without a usable boundary, or whose boundary never occurs',
  'mime.boundary_comment': 'A comment inside the boundary parameter',
  'mime.boundary_duplicate': 'Two different boundary parameters',
  'mime.truncated': 'A multipart whose closing boundary is missing',
  'mime.content_type_invalid': 'A malformed Content-Type, read as well as possible',
  'mime.content_type_duplicate': 'Several Content-Type fields in one part',
  'mime.disposition_invalid': 'A malformed Content-Disposition, read as well as possible',
  'mime.disposition_duplicate': 'Several Content-Disposition fields in one part',
  'mime.parameter_invalid':
    'A boundary or file name that occurs twice, or in sections that do not fit together (RFC 2231)',
  'mime.encoding_malformed': 'A Content-Transfer-Encoding other than exactly one known word, read as well as possible',
  'mime.encoding_duplicate': 'Several Content-Transfer-Encoding fields in one part',
  'mime.encoding_unknown': 'An unknown Content-Transfer-Encoding; the bytes are kept unchanged',
  'mime.encoding_invalid': 'Bytes that the transfer encoding does not allow',
  'mime.charset_unknown': 'An unknown charset; the raw mail has the bytes',
  'mime.charset_invalid':
    'Bytes that are invalid in the declared charset: replaced by U+FFFD, or the text decoded in another charset',
  'mime.parts_limit': 'More parts than the limit; only the raw mail has the rest',
  'mime.depth_limit': 'Nested deeper than the limit; only the raw mail has the rest',
  'mime.text_limit': 'A text longer than the limit was cut',
  'mime.report_limit':
    'A report or calendar longer than the limit, or after too many of them; it is only an attachment',
  'report.invalid': 'A DMARC or TLS report that cannot be read; it is only an attachment',
  'mime.delimiter_invalid': 'A line that begins with a boundary but is not a delimiter; it is read as content',
  'mime.fields_in_body': 'A body that begins with a MIME field, as if the header had ended a line too early',
  'mime.epilogue': 'Text after the closing boundary; only the raw mail has it',
  'mime.encrypted': 'S/MIME or PGP encrypted content, which cannot be scanned',
  'mime.external_body': 'message/external-body: listed, never fetched',
  'mime.ambiguous': 'Two readings of the MIME tree differ, or the second failed; the detail says which',
  'body.nul': 'NUL bytes in the body',
  'body.line_endings': 'Line ends other than CRLF',
  'attachment.name_control': 'Control characters in a file name were removed',
  'attachment.name_bidi': 'A bidirectional override in a file name',
  'attachment.name_path': 'A path in a file name; only its last segment is kept',
  'attachment.name_long': 'A file name longer than the limit was cut',
  'attachment.unpack_failed': 'winmail.dat, uuencode or BinHex content that cannot be unpacked',
  'calendar.invalid': 'A calendar that cannot be read; it is only an attachment',
  'parse.deadline': 'Reading exceeded the deadline; the document has only headers and the raw pointer',
  'parse.crash': 'Reading failed with an error; the document has only headers and the raw pointer',
} as const;

export type DefectCode = keyof typeof DEFECT_CODES;

export interface Defect {
  code: DefectCode;
  /** The MIME part it is about; null for the mail as a whole. */
  partId: string | null;
  detail: string;
}
