/** The page, as web/page-plugin.cjs builds it when this is bundled. */
declare module 'virtual:page' {
  /** A file of the page, compressed both ways, in base64. */
  export interface Asset {
    readonly type: string;
    readonly br: string;
    readonly gzip: string;
  }
  /** Its document, but for what `{{setting NAME}}` stands for. */
  export const document: string;
  /** By names that hold a hash of the content. */
  export const assets: Readonly<Record<string, Asset>>;
}
