/**
 * Types of pictures that every browser shows and that are pixels alone. By the bytes: what a part says of its type is the
 * word of a stranger. SVG is a document that can hold scripts, and is never shown.
 */
const PICTURES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/bmp', 'image/avif'] as const;

export const isPicture = (detectedType: string | null): detectedType is (typeof PICTURES)[number] =>
  PICTURES.some((type) => type === detectedType);
