import type { PutBody } from '../ports/object-store.ts';

export const isWhole = (body: PutBody): body is Buffer | readonly Buffer[] =>
  Buffer.isBuffer(body) || Array.isArray(body);

export const piecesOf = (body: Buffer | readonly Buffer[]): readonly Buffer[] =>
  Buffer.isBuffer(body) ? [body] : body;

export const joined = (body: Buffer | readonly Buffer[]): Buffer =>
  Buffer.isBuffer(body) ? body : Buffer.concat(body);
