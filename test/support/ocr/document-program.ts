import { serveDocument } from '../../../lambda/enricher/ocr/document/serve.ts';

/** A process that opens one document, as a program of its own. */
await serveDocument();
