/** Home of this project, as `repository` of package.json has it; a test compares the two. */
export const REPOSITORY = 'https://github.com/mail-pipeline/mail-pipeline';

/**
 * The address of a file in `schema/`, for `$id` of a JSON Schema and `dataschema` of a CloudEvent. It identifies the
 * schema; nothing here fetches it.
 */
export const schemaUrl = (file: string): string => `${REPOSITORY}/raw/main/schema/${file}`;
