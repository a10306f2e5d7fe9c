/** Media types by the last extension of a name: those registered with IANA, and others that programs use. */
type Types = ReadonlyMap<string, readonly string[]>;

const table = (types: Record<string, string>): Types =>
  new Map(
    Object.entries(types).flatMap(([extensions, names]) =>
      extensions.split(' ').map((extension) => [extension, names.split(' ')] as const),
    ),
  );

/** What a double click executes. */
const PROGRAMS = table({
  'exe com scr pif cpl dll sys': 'application/x-msdownload application/vnd.microsoft.portable-executable',
  'msi msp mst': 'application/x-msi',
  'msix appx appxbundle msixbundle': 'application/msix',
  hta: 'application/hta',
  'js jse mjs cjs': 'text/javascript application/javascript application/x-javascript',
  'vbs vbe vb': 'text/vbscript application/x-vbscript',
  'wsf wsh wsc sct': 'application/x-wsh text/scriptlet',
  'bat cmd': 'application/x-bat application/bat',
  'ps1 ps1xml psm1 psd1 psc1 psc2 msh msh1 msh2': 'application/x-powershell',
  'sh bash zsh csh ksh command tool': 'application/x-sh',
  'py pyw pyz pyc': 'application/x-python',
  'pl rb php': 'application/x-perl',
  'scpt applescript workflow action': 'application/x-applescript',
  jar: 'application/java-archive',
  class: 'application/java-vm',
  jnlp: 'application/x-java-jnlp-file',
  apk: 'application/vnd.android.package-archive',
  'app dmg': 'application/x-apple-diskimage',
  'pkg mpkg': 'application/x-xar',
  deb: 'application/x-deb application/vnd.debian.binary-package',
  rpm: 'application/x-rpm',
  'elf run appimage': 'application/x-elf',
  lnk: 'application/x-ms-shortcut application/x.ms.shortcut',
  'url website desktop': 'application/x-url application/internet-shortcut',
  'scf inf reg': 'application/x-ms-regedit application/x-setupscript',
  'gadget msc settingcontent-ms library-ms search-ms searchconnector-ms appref-ms application theme themepack':
    'application/x-ms-application',
  rdp: 'application/x-rdp',
  'chm hlp': 'application/vnd.ms-htmlhelp',
  'iqy oqy rqy slk': 'application/x-ms-query text/spreadsheet',
  'xll wll ppa ppam xla xlam': 'application/vnd.ms-excel.addin.macroenabled.12',
});

/** What a browser shows, with the scripts in it. */
const MARKUP = table({
  'html htm shtml hxt': 'text/html',
  'xhtml xht': 'application/xhtml+xml text/html',
  'mht mhtml': 'multipart/related application/x-mimearchive message/rfc822',
  svg: 'image/svg+xml',
  svgz: 'image/svg+xml application/gzip',
  swf: 'application/x-shockwave-flash',
  'xml xsl xslt': 'application/xml text/xml',
});

const OTHERS = table({
  'one onetoc2 onepkg': 'application/onenote application/msonenote',
  'iso img udf': 'application/x-iso9660-image',
  'vhd vhdx vmdk vdi qcow2': 'application/x-virtualbox-vhd application/x-virtual-disk',
  'zip zipx': 'application/zip application/x-zip-compressed',
  rar: 'application/vnd.rar application/x-rar-compressed',
  bin: 'application/octet-stream',
  '7z': 'application/x-7z-compressed',
  'gz tgz': 'application/gzip application/x-gzip',
  'bz2 tbz tbz2': 'application/x-bzip2',
  'xz txz': 'application/x-xz',
  lzma: 'application/x-lzma',
  zst: 'application/zstd',
  lz4: 'application/x-lz4',
  tar: 'application/x-tar',
  cab: 'application/vnd.ms-cab-compressed',
  arj: 'application/x-arj',
  ace: 'application/x-ace-compressed',
  'lzh lha': 'application/x-lzh-compressed',
  'wim swm esd': 'application/x-ms-wim',
  cpio: 'application/x-cpio',
  z: 'application/x-compress',
  'uu uue': 'text/x-uuencode',
  'gpg pgp': 'application/pgp-encrypted',
  p7m: 'application/pkcs7-mime',
  p7s: 'application/pkcs7-signature',
  'pst ost msg oft': 'application/vnd.ms-outlook',
  // Documents.
  pdf: 'application/pdf',
  'doc dot wbk': 'application/msword',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  dotx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.template',
  docm: 'application/vnd.ms-word.document.macroenabled.12',
  dotm: 'application/vnd.ms-word.template.macroenabled.12',
  'xls xlt xlm': 'application/vnd.ms-excel',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  xltx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.template',
  xlsm: 'application/vnd.ms-excel.sheet.macroenabled.12',
  xltm: 'application/vnd.ms-excel.template.macroenabled.12',
  xlsb: 'application/vnd.ms-excel.sheet.binary.macroenabled.12',
  'ppt pps pot': 'application/vnd.ms-powerpoint',
  'pptx ppsx potx': 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  'pptm ppsm potm': 'application/vnd.ms-powerpoint.presentation.macroenabled.12',
  odt: 'application/vnd.oasis.opendocument.text',
  ods: 'application/vnd.oasis.opendocument.spreadsheet',
  odp: 'application/vnd.oasis.opendocument.presentation',
  rtf: 'application/rtf text/rtf',
  'mdb accdb accde accdr': 'application/vnd.ms-access application/x-msaccess',
  pub: 'application/x-mspublisher',
  'vsd vsdx vsdm': 'application/vnd.visio',
  epub: 'application/epub+zip',
  'ps eps ai': 'application/postscript',
  eml: 'message/rfc822',
  json: 'application/json',
  // Text.
  'txt text log asc md': 'text/plain',
  csv: 'text/csv',
  tsv: 'text/tab-separated-values',
  css: 'text/css',
  'ics ifb': 'text/calendar',
  'vcf vcard': 'text/vcard',
  // Pictures, sound, films, fonts.
  'jpg jpeg jpe jfif': 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
  bmp: 'image/bmp',
  'tif tiff': 'image/tiff',
  'heic heif': 'image/heic',
  ico: 'image/x-icon',
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  m4a: 'audio/mp4',
  'mp4 m4v': 'video/mp4',
  mov: 'video/quicktime',
  avi: 'video/vnd.avi',
  ttf: 'font/ttf',
  otf: 'font/otf',
  woff: 'font/woff',
  woff2: 'font/woff2',
});

/** The extension as Windows sees it: lower case, without what it drops from the end of a name. Null for none. */
export function extensionOf(filename: string | null): string | null {
  const name = (filename ?? '')
    .replace(/[\p{Cf}\p{Cc}]/gu, '')
    .slice(-300)
    .replace(/[. ]+$/, '');
  return /\.([^./\\]{1,30})$/.exec(name)?.[1]?.toLowerCase() ?? null;
}

/** Empty for a name without a known extension. */
export function typesOfName(filename: string | null): readonly string[] {
  const extension = extensionOf(filename) ?? '';
  return PROGRAMS.get(extension) ?? MARKUP.get(extension) ?? OTHERS.get(extension) ?? [];
}

/** Whether a double click executes a file with this name. */
export const isProgramName = (filename: string | null): boolean => PROGRAMS.has(extensionOf(filename) ?? '');

/** Whether a browser shows a file with this name, running the scripts in it. */
export const isMarkupName = (filename: string | null): boolean => MARKUP.has(extensionOf(filename) ?? '');

/** `invoice.pdf.exe`: the extension of a program or page after that of a document. */
export function hasDoubleExtension(filename: string): boolean {
  if (!isProgramName(filename) && !isMarkupName(filename)) return false;
  const front = filename.slice(0, filename.lastIndexOf('.'));
  return OTHERS.has(extensionOf(front.replace(/[\s_-]+$/, '')) ?? '');
}
