/** A file found inside a part. */
export interface UnpackedFile {
  /** As it stands there, not made safe; null when it has none. */
  name: string | null;
  contentType: string;
  contentId: string | null;
  bytes: Buffer;
}

export interface Unpacking {
  files: UnpackedFile[];
  /** Why not everything could be unpacked; null when it could. */
  problem: string | null;
}
