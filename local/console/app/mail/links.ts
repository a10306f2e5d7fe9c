const part = (id: string, partId: string) => `/mails/${id}/attachments/${encodeURIComponent(partId)}`;

/** Addresses of what a mail is made of, beside the API. */
export const links = {
  document: (id: string) => `/mails/${id}.json`,
  raw: (id: string) => `/mails/${id}/raw`,
  /** Cleaned HTML with its own pictures, for a frame without scripts, origin or network. */
  html: (id: string) => `/mails/${id}/html`,
  attachment: part,
  /** The same of an attached mail. */
  attachedHtml: (id: string, partId: string) => `${part(id, partId)}/html`,
  picture: (id: string, partId: string) => `${part(id, partId)}/picture`,
  /** As UTF-8, whatever its charset. */
  text: (id: string, partId: string) => `${part(id, partId)}/text`,
  /** A page of a PDF as a picture, from 1. */
  page: (id: string, partId: string, page: number) => `${part(id, partId)}/pages/${page}`,
};
