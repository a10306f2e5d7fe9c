/** A file found inside a part. */
export interface UnpackedFile {
  /** As written there, not sanitised; null when it has none. */
  name: string | null;
  contentType: string;
  contentId: string | null;
  bytes: Buffer;
}

export interface Unpacking {
  files: UnpackedFile[];
  /** Why some of it could not be unpacked; null when everything was. */
  problem: string | null;
}
