/** A file found inside a part. */
export interface UnpackedFile {
  /** As it stands there, not made safe; null when it has none. */
  name: string | null;
  contentType: string;
  contentId: string | null;
  bytes: Buffer;
}
