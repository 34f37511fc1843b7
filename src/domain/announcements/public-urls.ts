/** Where everybody sees how the service stands: a page for people, a feed for programs. `publicUrl` is an origin. */
export function statusPageUrl(publicUrl: string): string {
  return new URL('/status', publicUrl).href;
}

export function statusFeedUrl(publicUrl: string): string {
  return new URL('/api/status.atom', publicUrl).href;
}
