// A folder served as our own server serves the app: brotli made before, kept for ever.
import { createServer } from 'node:http';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.xml': 'application/xml; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** Serves all files below a folder, on a free port; gives `origin` and `close`. */
export async function serve(folder) {
  const files = new Map();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath ?? entry.path, entry.name);
    files.set(`/${relative(folder, path)}`, pack(extname(path), await readFile(path)));
  }
  const server = createServer((request, response) => {
    const path = new URL(request.url, 'http://here').pathname;
    const file = files.get(path.endsWith('/') ? `${path}index.html` : path);
    if (!file) return response.writeHead(404).end();
    const packed = /\bbr\b/.test(request.headers['accept-encoding'] ?? '') ? file.br : file.plain;
    response.writeHead(200, {
      'content-type': file.type,
      // To the others' favour: also their pages are taken from the browser's cache, without asking.
      'cache-control': 'public, max-age=31536000, immutable',
      'content-length': packed.length,
      vary: 'Accept-Encoding',
      ...(packed === file.br && file.br !== file.plain ? { 'content-encoding': 'br' } : {}),
    });
    response.end(packed);
  });
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const origin = `http://localhost:${server.address().port}`;
  const sizes = Object.fromEntries([...files].map(([path, { br, plain }]) => [path, { wire: br.length, plain: plain.length }]));
  return { origin, sizes, close: () => (server.closeAllConnections(), server.close()) };
}

function pack(ending, plain) {
  const type = TYPES[ending] ?? 'application/octet-stream';
  if (ending === '.woff2') return { type, plain, br: plain };
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 22, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length };
  return { type, plain, br: brotliCompressSync(plain, { params }) };
}
