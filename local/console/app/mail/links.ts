const part = (id: string, partId: string) => `/mails/${id}/attachments/${encodeURIComponent(partId)}`;

/** URLs of the parts of a mail, outside of the API. */
export const links = {
  document: (id: string) => `/mails/${id}.json`,
  raw: (id: string) => `/mails/${id}/raw`,
  /** Sanitised HTML with embedded images, for a frame without scripts, origin or network access. */
  html: (id: string) => `/mails/${id}/html`,
  attachment: part,
  /** The same of an attached mail. */
  attachedHtml: (id: string, partId: string) => `${part(id, partId)}/html`,
  picture: (id: string, partId: string) => `${part(id, partId)}/picture`,
  /** As UTF-8, whatever its charset. */
  text: (id: string, partId: string) => `${part(id, partId)}/text`,
  /** A page of a PDF as an image, counted from 1. */
  page: (id: string, partId: string, page: number) => `${part(id, partId)}/pages/${page}`,
};
