/** Version of this code, as in `parser.version` of documents. A test compares it with package.json. */
export const VERSION = '0.1.0';
