import { cleanCss } from './clean-css.ts';
import {
  ACTIVE_ELEMENTS,
  LOADING_ATTRIBUTES,
  REMOVED_WHOLE,
  SHOWN_ATTRIBUTES,
  SHOWN_ELEMENTS,
  VOID_ELEMENTS,
} from './html-rules.ts';
import { readHtml } from './html-tokens.ts';

/** Inert HTML, and what was removed from it. */
export interface CleanHtml {
  html: string;
  /** Number of images, style sheets, fonts and other remote content removed. */
  remote: number;
  /** Up to 20 hosts they would have been loaded from. */
  remoteHosts: string[];
  /** Number of scripts, event handlers, forms, frames, and links to anything but web pages. */
  active: number;
  /** Number of embedded images not shown: missing, too large, or of an unsupported type. */
  missingImages: number;
}

/** The image with a Content-ID as a `data:` URL; null when it cannot be shown. */
export type InlineImage = (contentId: string) => string | null;

const MAX_HOSTS = 20;
/** Image types that contain only pixels. */
const RASTER_DATA = /^data:image\/(png|jpe?g|gif|webp|bmp|avif)\s*(;[^,]*)?,/i;

/**
 * The second line of defence against a mail's HTML. The first is the frame: a sandbox without scripts under a policy
 * that loads nothing. This one removes what neither can stop (no policy covers `dns-prefetch` and `preconnect`) and
 * counts what it removes.
 *
 * An allowlist over tokens. All text and attributes are escaped again, so that a browser parses exactly what this code
 * parsed. Unclosed elements stay unclosed; the browser closes them.
 */
export function cleanHtml(html: string, inlineImage: InlineImage): CleanHtml {
  const cleaner = new Cleaner(inlineImage);
  readHtml(html, cleaner);
  return cleaner.result();
}

class Cleaner {
  readonly #inlineImage: InlineImage;
  readonly #hosts = new Set<string>();
  #html = '';
  #remote = 0;
  #active = 0;
  #missingImages = 0;
  /** The element being removed with its content, and its nesting depth. */
  #skipping: { name: string; depth: number } | null = null;
  /** Text so far of the style sheet being read. */
  #style: string | null = null;

  constructor(inlineImage: InlineImage) {
    this.#inlineImage = inlineImage;
  }

  result(): CleanHtml {
    this.#endStyle();
    return {
      html: this.#html,
      remote: this.#remote,
      remoteHosts: [...this.#hosts],
      active: this.#active,
      missingImages: this.#missingImages,
    };
  }

  open(name: string, attributes: ReadonlyMap<string, string>): void {
    if (this.#skipping !== null) {
      if (name === this.#skipping.name) this.#skipping.depth += 1;
      return;
    }
    this.#endStyle();
    if (ACTIVE_ELEMENTS.has(name)) this.#active += 1;
    if (name === 'style') this.#style = '';
    if (REMOVED_WHOLE.has(name)) this.#skipping = { name, depth: 1 };
    // What a removed element would have loaded.
    const written = this.#attributes(name, attributes);
    if (SHOWN_ELEMENTS.has(name)) this.#html += `<${name}${written}>`;
  }

  close(name: string): void {
    if (this.#skipping !== null) {
      if (name !== this.#skipping.name) return;
      this.#skipping.depth -= 1;
      if (this.#skipping.depth === 0) this.#skipping = null;
      return;
    }
    if (name === 'style') this.#endStyle();
    else if (SHOWN_ELEMENTS.has(name) && !VOID_ELEMENTS.has(name) && name !== 'body') this.#html += `</${name}>`;
  }

  text(text: string): void {
    if (this.#skipping !== null) return;
    if (this.#style === null) this.#html += escapeHtml(text);
    else this.#style += text;
  }

  #endStyle(): void {
    if (this.#style !== null) this.#html += `<style>${cleanCss(this.#style, this.#image)}</style>`;
    this.#style = null;
  }

  #attributes(element: string, attributes: ReadonlyMap<string, string>): string {
    let written = '';
    for (const [name, value] of attributes) {
      if (name.startsWith('on')) this.#active += 1;
      else if (name === 'style') written += attribute(name, cleanCss(value, this.#image));
      else if (SHOWN_ATTRIBUTES.has(name)) written += attribute(name, value);
      else if (name === 'src' && element === 'img') written += optional(name, this.#image(value));
      else if (name === 'href' && element === 'a') written += this.#link(value);
      else if (LOADING_ATTRIBUTES.has(name) || name === 'href') this.#block(value);
    }
    return written;
  }

  /** Opens in a new tab without access to this one, and only when a person clicks it. */
  #link(href: string): string {
    const target = href.trim();
    if (target.startsWith('#')) return attribute('href', target);
    const url = URL.canParse(target) ? new URL(target) : null;
    if (url?.protocol === 'http:' || url?.protocol === 'https:') {
      return `${attribute('href', url.href)} target="_blank" rel="noopener noreferrer"${attribute('title', url.href)}`;
    }
    if (url?.protocol !== 'mailto:') this.#active += 1;
    return attribute('title', target);
  }

  readonly #image = (text: string): string | null => {
    const url = text.trim();
    if (RASTER_DATA.test(url)) return url;
    const image = /^cid:/i.test(url) ? this.#inlineImage(contentIdOf(url)) : null;
    if (image === null) this.#block(url);
    return image;
  };

  #block(text: string): void {
    const url = text.trim();
    if (/^(cid|data):/i.test(url)) this.#missingImages += 1;
    else if (url !== '' && !url.startsWith('#')) {
      this.#remote += 1;
      const host =
        /^(?:[a-z]+:)?[/\\]{2}[^/\\]/i.test(url) && URL.canParse(url, 'https://x')
          ? new URL(url, 'https://x').host
          : '';
      if (host !== '' && this.#hosts.size < MAX_HOSTS) this.#hosts.add(host);
    }
  }
}

/** RFC 2392: the Content-ID behind `cid:`, percent-encoded. */
function contentIdOf(url: string): string {
  const id = url.slice('cid:'.length);
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\0': '' };

const escapeHtml = (text: string): string => text.replace(/[&<>"\0]/g, (character) => ENTITIES[character] ?? '');
const attribute = (name: string, value: string): string => ` ${name}="${escapeHtml(value)}"`;
const optional = (name: string, value: string | null): string => (value === null ? '' : attribute(name, value));
