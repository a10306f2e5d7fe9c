import type { DocumentAnswer, DocumentOrder } from '../../../../../core/document/protocol.ts';

/** Why a document is not opened, for the ledger: "the PDF is encrypted". */
export class Refusal extends Error {}

export type Answer = (message: DocumentAnswer, bytes?: Uint8Array) => void;

/** Opens a document of some kind. @throws Refusal */
export type Open = (bytes: Buffer, request: DocumentOrder, answer: Answer) => Promise<void>;
