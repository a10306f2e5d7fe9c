import type { Defect, DefectCode } from '../mail/defects.ts';

/** Maximum defects listed per mail, so that a mail made of defects does not make a document of megabytes. */
const DEFECT_LIMIT = 200;
const DETAIL_LENGTH = 300;

/** The defects of one mail, each code once per part. */
export class DefectLog {
  readonly list: Defect[] = [];
  readonly #seen = new Set<string>();

  add(code: DefectCode, partId: string | null, detail: string): void {
    const key = `${code} ${partId}`;
    if (this.list.length >= DEFECT_LIMIT || this.#seen.has(key)) return;
    this.#seen.add(key);
    this.list.push({ code, partId, detail: detail.slice(0, DETAIL_LENGTH) });
  }
}
