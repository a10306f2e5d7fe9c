/** Where this project lives; `repository` of package.json says the same, and a test holds the two together. */
export const REPOSITORY = 'https://github.com/mail-pipeline/mail-pipeline';

/**
 * The address of a file in `schema/`: what `$id` of a JSON Schema and `dataschema` of a CloudEvent name. It identifies
 * the schema; nothing here fetches it.
 */
export const schemaUrl = (file: string): string => `${REPOSITORY}/raw/main/schema/${file}`;
