// A function that has one document opened, as the enricher does: prints the answers, or is killed.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { openDocument } from '../../../lambda/enricher/steps/ocr/document/document-process.ts';

const [, , entry = '', document = ''] = process.argv;
const options = { entry: pathToFileURL(entry), libraryPath: null };
const request = { maxPages: 10, drawWith: null };
const answers = openDocument(options, readFileSync(document), request, new AbortController().signal);
const first = answers.next();
console.log('opening');
console.log(JSON.stringify((await first).value?.answer));
await answers.return(undefined);
