import type { DefectCode } from '../../mail/defects.ts';

export type ReportDefect = (code: DefectCode, detail: string) => void;

/** Overrides, embeddings and isolates, with which `gpj.exe` can be displayed as `exe.jpg` (Unicode Annex 9). */
const BIDI = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROL = /[\0-\x1f\x7f-\x9f\u2028\u2029]/g;
/** Longest extension that a shortened name keeps. */
const EXTENSION_LENGTH = 20;

/**
 * A file name that is safe to show: no path, no control or direction characters, not longer than the limit. It is still
 * chosen by a stranger, and never part of a key. Null when nothing is left.
 *
 * @param limit maximum length, in UTF-16 units
 */
export function safeFilename(name: string, limit: number, report: ReportDefect): string | null {
  let safe = name.replace(CONTROL, '');
  if (safe !== name) report('attachment.name_control', shown(name));
  const undirected = safe.replace(BIDI, '');
  if (undirected !== safe) report('attachment.name_bidi', shown(name));
  safe = undirected;
  const segment = safe.slice(Math.max(safe.lastIndexOf('/'), safe.lastIndexOf('\\')) + 1);
  if (segment !== safe) {
    report('attachment.name_path', shown(name));
    safe = segment;
  }
  safe = safe.trim();
  if (safe === '' || safe === '.' || safe === '..') return null;
  if (safe.length <= limit) return safe;
  report('attachment.name_long', `${safe.length} characters`);
  return cut(safe, limit);
}

function shown(name: string): string {
  return JSON.stringify(name.slice(0, 100));
}

/** Keeps the extension, and never splits a surrogate pair. */
function cut(name: string, limit: number): string {
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 && name.length - dot <= EXTENSION_LENGTH ? name.slice(dot) : '';
  const stem = name.slice(0, limit - extension.length);
  return (/[\ud800-\udbff]$/.test(stem) ? stem.slice(0, -1) : stem) + extension;
}
