/** Elements that are kept. The tags of all others are removed; their content is kept. */
export const SHOWN_ELEMENTS: ReadonlySet<string> = new Set(
  `a abbr acronym address article aside b bdi bdo big blockquote body br caption center cite code col colgroup dd del
  details dfn dir div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark menu
  nav ol p pre q rp rt ruby s samp section small span strike strong sub summary sup table tbody td tfoot th thead time tr
  tt u ul var wbr`.split(/\s+/),
);

/**
 * Elements removed with their content: it is not meant to be read, or belongs to another language (SVG, MathML) whose
 * parsing rules have been used to hide scripts from sanitisers.
 */
export const REMOVED_WHOLE: ReadonlySet<string> = new Set(
  `applet audio canvas fencedframe frameset iframe math noembed noframes object portal script select svg
  template textarea title video xml`.split(/\s+/),
);

/** Elements that act or load something; they are counted. */
export const ACTIVE_ELEMENTS: ReadonlySet<string> = new Set(
  `applet audio base button embed fencedframe form frame frameset iframe input isindex link math meta object param
  portal script select source svg template textarea track video`.split(/\s+/),
);

/** Attributes for appearance and naming, allowed on any element. */
export const SHOWN_ATTRIBUTES: ReadonlySet<string> = new Set(
  `align alt aria-hidden aria-label bgcolor border cellpadding cellspacing class color cols colspan dir face height
  hspace id lang nowrap open reversed role rowspan scope size span start style summary title valign value vspace
  width`.split(/\s+/),
);

/** Attributes that make a browser load something. */
export const LOADING_ATTRIBUTES: ReadonlySet<string> = new Set(
  'background data dynsrc longdesc lowsrc poster profile src srcset'.split(' '),
);

/** Elements without an end tag (HTML §13.1.2). */
export const VOID_ELEMENTS: ReadonlySet<string> = new Set(
  'area base br col embed hr img input link meta param source track wbr'.split(' '),
);
