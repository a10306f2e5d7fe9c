/**
 * Image types that every browser shows and that contain only pixels. Detected from the bytes, because a sender can
 * declare any type. SVG can contain scripts and is never shown.
 */
const PICTURES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/bmp', 'image/avif'] as const;

export const isPicture = (detectedType: string | null): detectedType is (typeof PICTURES)[number] =>
  PICTURES.some((type) => type === detectedType);
