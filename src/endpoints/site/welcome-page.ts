import type { SiteContent } from './site-content.ts';

/**
 * The page that says what runs here, for whoever opens the address in a browser: HTML whose only style carries the
 * nonce of this answer, without script.
 */
export function welcomePage({ version, tour }: SiteContent, nonce: string): string {
  const links = [
    ...(tour === undefined ? [] : [link('/tour', '5分でひとまわり', 'A tour in five minutes')]),
    link('/api/openapi.json', 'APIの説明（OpenAPI 3.1）', 'The API, described as OpenAPI 3.1'),
    link('/api/health', '動作の確認', 'Whether the service is up'),
  ];
  return `<!doctype html>
<html lang="ja">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>LeySerKids</title>
<link rel="icon" href="data:,">
<style nonce="${nonce}">${STYLE}</style>
</head>
<body>
<main>
<h1>LeySerKids</h1>
<p class="lead">保育施設のための記録サービスが、このコンピューターで動いています。</p>
<p lang="en">A service for the records of childcare facilities is running on this computer.</p>
<p>園の職員は、管理者から受け取った登録コードで登録し、契約コード・アカウントID・パスワードでログインします。画面はこれから加わります。いまはAPIで使えます。</p>
<p lang="en">Staff register with the code that their administrator hands out, and sign in with tenant code, account ID and password. There are no screens yet: use the API.</p>
<ul>
${links.join('\n')}
</ul>
<footer>版 <span lang="en">${version}</span></footer>
</main>
</body>
</html>
`;
}

function link(href: string, ja: string, en: string): string {
  return `<li><a href="${href}">${ja}</a> <span lang="en">${en}</span></li>`;
}

const STYLE = `
:root { color-scheme: light dark; }
body { margin: 0; font: 1.125rem/1.8 "Hiragino Sans", "Noto Sans JP", "Noto Sans CJK JP", "Yu Gothic", Meiryo, sans-serif;
  color: CanvasText; background: Canvas; }
main { max-width: 40rem; margin: 0 auto; padding: 3rem 1.5rem; }
h1 { font-size: 2rem; margin: 0 0 1rem; }
.lead { font-size: 1.25rem; font-weight: bold; margin-bottom: 0; }
[lang=en] { color: color-mix(in srgb, CanvasText 72%, Canvas); font-size: .95rem; }
p[lang=en] { margin-top: .25rem; }
ul { list-style: none; padding: 0; margin: 2rem 0; }
li { border-top: 1px solid color-mix(in srgb, CanvasText 20%, Canvas); }
li:last-child { border-bottom: 1px solid color-mix(in srgb, CanvasText 20%, Canvas); }
a { display: inline-block; padding: .75rem .75rem .75rem 0; font-weight: bold; color: LinkText; }
footer { font-size: .95rem; }
`;
