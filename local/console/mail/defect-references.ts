import { DEFECT_CODES, type DefectCode } from '../../../core/mail/defects.ts';
import type { ParsedMail } from '../../../core/mail/parsed-mail.ts';
import type { DefectView } from '../api/api.ts';

/** RFC number and section a defect violates; null for our own limits, and where no RFC applies. */
const RFCS: Readonly<Record<DefectCode, readonly [rfc: number, section: string] | null>> = {
  'message.empty': [5322, '3.6'],
  'message.no_headers': [5322, '2.1'],
  'header.too_long': null,
  'header.too_many': null,
  'header.malformed': [5322, '2.2'],
  'header.duplicate': [5322, '3.6'],
  'header.control': [5322, '2.2'],
  'header.charset': [6532, '3.2'],
  'header.date_invalid': [5322, '3.3'],
  'address.too_many': null,
  'address.author_unclear': [5322, '3.6.2'],
  'address.invalid': [5322, '3.4'],
  'mime.boundary_missing': [2046, '5.1.1'],
  'mime.boundary_comment': [2045, '5.1'],
  'mime.boundary_duplicate': [6838, '4.3'],
  'mime.truncated': [2046, '5.1.1'],
  'mime.content_type_invalid': [2045, '5.1'],
  'mime.content_type_duplicate': [2045, '3'],
  'mime.disposition_invalid': [2183, '2'],
  'mime.disposition_duplicate': [2183, '2'],
  'mime.parameter_invalid': [2231, '3'],
  'mime.encoding_malformed': [2045, '6.1'],
  'mime.encoding_duplicate': [2045, '3'],
  'mime.encoding_unknown': [2045, '6.4'],
  'mime.encoding_invalid': [2045, '6'],
  'mime.charset_unknown': [2046, '4.1.2'],
  'mime.charset_invalid': [2046, '4.1.2'],
  'mime.parts_limit': null,
  'mime.depth_limit': null,
  'mime.text_limit': null,
  'mime.report_limit': null,
  'mime.delimiter_invalid': [2046, '5.1.1'],
  'mime.fields_in_body': [5322, '2.1'],
  'mime.epilogue': [2046, '5.1.1'],
  'mime.encrypted': [8551, '3.3'],
  'mime.external_body': [2046, '5.2.3'],
  'mime.ambiguous': null,
  'body.nul': [2045, '2.7'],
  'body.line_endings': [5322, '2.3'],
  'attachment.name_control': [2183, '2.3'],
  'attachment.name_bidi': null,
  'attachment.name_path': [2183, '2.3'],
  'attachment.name_long': [2183, '2.3'],
  'attachment.unpack_failed': null,
  'calendar.invalid': [5545, '3.4'],
  'report.invalid': null,
  'parse.deadline': null,
  'parse.crash': null,
};

export const defectViews = (defects: ParsedMail['defects']): DefectView[] =>
  defects.map(({ code, partId, detail }) => {
    const reference = RFCS[code];
    return {
      code,
      partId,
      detail,
      meaning: DEFECT_CODES[code],
      rfc: reference === null ? null : `RFC ${reference[0]} §${reference[1]}`,
      rfcUrl: reference === null ? null : `https://www.rfc-editor.org/rfc/rfc${reference[0]}#section-${reference[1]}`,
    };
  });
