/** What the site shows besides its own pages. */
export interface SiteContent {
  readonly version: string;
  /** The tour as Markdown; undefined where the package carries none. */
  readonly tour: string | undefined;
}
