/**
 * What mailauth's bundles have in place of iconv-lite and encoding-japanese, whose tables take 30 ms of CPU to load: libmime loads
 * them for words in other charsets, and mailauth has it decode none but the parameters of a Content-Type, which nothing here uses.
 * libmime takes an error for a charset that it does not know, and the bytes for UTF-8.
 */
const unknown = () => {
  throw new Error('this bundle has no charsets but UTF-8');
};

module.exports = { convert: unknown, decode: unknown, encode: unknown, encodingExists: () => false };
