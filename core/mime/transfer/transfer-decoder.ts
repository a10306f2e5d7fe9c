/** Decodes one body while it streams. What comes out does not depend on how the input was cut. */
export interface TransferDecoder {
  /** Bytes that are certain after this input. */
  write(bytes: Buffer): Buffer;
  /** Bytes that were kept back. Nothing may be written afterwards. */
  end(): Buffer;
  /** Something that the encoding does not allow was met, and read as best it could be. */
  readonly invalid: boolean;
  /** Read as the encoding has it, and yet popular decoders give other bytes. */
  readonly reshaped: boolean;
}
