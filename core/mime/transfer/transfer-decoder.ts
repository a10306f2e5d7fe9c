/** Decodes one body as a stream. The output does not depend on how the input was split. */
export interface TransferDecoder {
  /** Output that is certain after this input. */
  write(bytes: Buffer): Buffer;
  /** Output that was held back. No further `write` is allowed. */
  end(): Buffer;
  /** Whether it found something that the encoding does not allow, and read it as well as possible. */
  readonly invalid: boolean;
  /** Whether popular decoders produce other bytes, although the encoding defines these. */
  readonly reshaped: boolean;
}
