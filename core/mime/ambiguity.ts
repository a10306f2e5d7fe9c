/**
 * Forms of mail that popular readers are known to read in different ways, with the reason that the document gives. Each
 * one alone makes a mail ambiguous: the program that scans a mail may not be the one that opens it. Most are not allowed
 * by RFC 2045, 2046, 2183, 2231 or 5322; a few are, and a popular reader fails on them all the same. Sources:
 * `test/support/differential`, which compares this reader with mailparser 3.9, postal-mime 4 and Python 3.11 (`email`,
 * policies default and compat32). What is said of mime4j, Stalwart and Exchange was reported by others.
 */
export const READ_BOTH_WAYS = {
  // Headers
  header_goes_on: 'fields behind a line that is no field: Python, mime4j and Stalwart end the header there',
  no_blank_line: 'no blank line between header and body: mailparser and postal-mime drop the lines up to one',
  blank_before_colon: 'a blank before a colon, which RFC 5322 §4.5 has as obsolete: Python ends the header there',
  bare_return: 'CR without LF in a header: Python begins a new line there, mailparser and postal-mime do not',
  blank_first_line: 'a blank line before the first field: the others end the header there',
  byte_order_mark: 'a byte order mark before the first field: Python ends the header there',
  indented_first_line: 'blanks before the first field of a part: Python takes it for the end of the header',
  bare_return_line_ends: 'lines end in CR alone: mailparser and postal-mime find no header',
  fields_in_body: 'a body that begins with a MIME field: Exchange takes it into the header',
  // Content-Type, Content-Disposition and their parameters
  type_not_regular: 'Content-Type is not as RFC 2045 §5.1 writes it, or has comments',
  disposition_not_regular: 'Content-Disposition is not as RFC 2183 §2 writes it, or has comments',
  parameter_twice: 'a parameter with two values: the first counts here, the last elsewhere',
  parameter_sections: 'a parameter whose sections or percent codes are not as RFC 2231 §3 and §4 have them',
  name_empty: 'an empty file name in Content-Disposition: the name in Content-Type counts here, and no name in Python',
  single_quotes: 'a file name in single quotes, which are part of it: Python takes them off',
  // Content-Transfer-Encoding
  encoding_not_regular:
    'Content-Transfer-Encoding is not one of the words of RFC 2045 §6.1 and nothing else: with a comment, folded, or spelt otherwise, others take the bytes as they are',
  encoding_of_container: 'a multipart or a message that is encoded itself, which RFC 2045 §6.4 forbids',
  encoding_broken: 'an attachment with bytes that its encoding does not allow: each reader leaves out others',
  encoding_tolerant:
    'an attachment that decoders make other bytes of: data behind base64 padding (Python stops there), blanks at the end of a quoted-printable line or lone CR behind `=` (Python and postal-mime keep them)',
  // Delimiters
  boundary_blank:
    'a boundary with blanks at its end, which RFC 2046 §5.1.1 forbids: mailparser and postal-mime look for them',
  delimiter_goes_on:
    'a line that begins with a boundary and goes on: RFC 2046 §5.1.1 can be read as if that were a delimiter; mime4j and Stalwart do',
  delimiter_padding: 'a delimiter with blanks behind it, which RFC 2046 §5.1.1 allows, or CR: mailparser misses it',
  delimiter_behind_end: 'a delimiter of a multipart that was closed already: mailparser goes on with it',
} as const;

export type Ambiguity = keyof typeof READ_BOTH_WAYS;
