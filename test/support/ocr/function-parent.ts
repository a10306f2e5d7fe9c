// A function that opens one document, as the enricher does: it prints the answers, or is killed.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { CpuBudget } from '../../../core/document/cpu-budget.ts';
import { openDocument } from '../../../core/document/document-process.ts';

const [, , entry = '', document = ''] = process.argv;
const options = { entry: pathToFileURL(entry), libraryPath: null };
const request = { maxPages: 10, drawWith: null, previewPage: null };
const caller = { signal: new AbortController().signal, budget: new CpuBudget(60_000) };
const answers = openDocument(options, readFileSync(document), request, caller);
const first = answers.next();
console.log('opening');
console.log(JSON.stringify((await first).value?.answer));
await answers.return(undefined);
