/** Version of this code, as documents name it in `parser.version`. A test holds it to package.json. */
export const VERSION = '0.1.0';
