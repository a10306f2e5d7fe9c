/**
 * Forms of mail that popular readers are known to read in different ways, with the reason for the document. Each of
 * them alone makes a mail ambiguous: the program that scans a mail may not be the one that opens it. Most violate RFC
 * 2045, 2046, 2183, 2231 or 5322; a few are legal, but a popular reader fails on them. Sources:
 * `test/support/differential`, which compares this reader with mailparser 3.9, postal-mime 4 and Python 3.11 (`email`,
 * policies default and compat32); claims about mime4j, Stalwart and Exchange are from public reports.
 */
export const READ_BOTH_WAYS = {
  // Headers
  header_goes_on: 'fields after a line that is not a field: Python, mime4j and Stalwart end the header there',
  no_blank_line: 'no blank line between header and body: mailparser and postal-mime drop all lines up to the next one',
  blank_before_colon: 'a blank before a colon, which is obsolete syntax (RFC 5322 §4.5): Python ends the header there',
  bare_return: 'CR without LF in a header: Python begins a new line there, mailparser and postal-mime do not',
  blank_first_line: 'a blank line before the first field: other readers end the header there',
  byte_order_mark: 'a byte order mark before the first field: Python ends the header there',
  indented_first_line: 'blanks before the first field of a part: Python ends the header there',
  bare_return_line_ends: 'lines end in CR alone: mailparser and postal-mime find no header',
  fields_in_body: 'a body that begins with a MIME field: Exchange reads it as part of the header',
  // Content-Type, Content-Disposition and their parameters
  type_not_regular: 'Content-Type does not match RFC 2045 §5.1, or has comments',
  disposition_not_regular: 'Content-Disposition does not match RFC 2183 §2, or has comments',
  parameter_twice: 'a parameter with two values: this reader uses the first, others the last',
  parameter_sections: 'a parameter whose sections or percent codes do not match RFC 2231 §3 and §4',
  name_empty: 'an empty file name in Content-Disposition: this reader uses the name in Content-Type, Python none',
  single_quotes: 'a file name in single quotes, which are part of it: Python removes them',
  // Content-Transfer-Encoding
  encoding_not_regular:
    'Content-Transfer-Encoding is not exactly one of the words of RFC 2045 §6.1: when it has a comment, is folded or misspelt, other readers leave the bytes encoded',
  encoding_of_container: 'an encoded multipart or message, which RFC 2045 §6.4 forbids',
  encoding_broken: 'an attachment with bytes that its encoding does not allow: readers skip different ones',
  encoding_tolerant:
    'an attachment that decoders turn into different bytes: data after base64 padding (Python stops there), blanks at the end of a quoted-printable line or a bare CR after `=` (Python and postal-mime keep them)',
  // Delimiters
  boundary_blank:
    'a boundary that ends with blanks, which RFC 2046 §5.1.1 forbids: mailparser and postal-mime search for them',
  delimiter_goes_on:
    'a line that begins with a boundary and continues: RFC 2046 §5.1.1 can be read as making that a delimiter, as mime4j and Stalwart do',
  delimiter_padding: 'a delimiter followed by blanks, which RFC 2046 §5.1.1 allows, or by CR: mailparser misses it',
  delimiter_behind_end: 'a delimiter of a multipart that was already closed: mailparser continues with it',
} as const;

export type Ambiguity = keyof typeof READ_BOTH_WAYS;
