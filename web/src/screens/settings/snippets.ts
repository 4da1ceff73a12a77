// How each client is told where to send. The host is set, nothing else differs from what its own pages say.

export type Client = 'page' | 'analytics.js' | 'node' | 'python' | 'rudder-browser' | 'rudder-python' | 'curl';

interface Recipe {
  name: string;
  kind: 'browser' | 'server';
  where: 'page' | 'browser' | 'server' | 'shell';
  text: (url: string, key: string) => string;
}

export const clients: Record<Client, Recipe> = {
  // What is called before the script is there waits in `analytics`, with the page as it was, and the script takes it up.
  page: {
    name: 'Segment analytics.js (script)',
    kind: 'browser',
    where: 'page',
    text: (url, key) => `<script>
  ((host, key) => {
    const waiting = (window.analytics = window.analytics || []);
    if (waiting.initialize || waiting._writeKey) return;
    Object.assign(waiting, { _cdn: host, _writeKey: key });
    const page = () => ({ __t: 'bpc', p: location.pathname, u: location.href,
      s: location.search, t: document.title, r: document.referrer,
      c: document.querySelector('link[rel=canonical]')?.href });
    const calls = 'page identify track group alias screen ' +
      'reset ready on once off register setAnonymousId addSourceMiddleware ' +
      'trackLink trackForm trackClick trackSubmit';
    calls.split(' ').forEach((call, nth) => {
      waiting[call] = (...said) => window.analytics === waiting
        ? void waiting.push([call, ...said, ...(nth < 6 ? [page()] : [])])
        : window.analytics[call](...said);
    });
    const script = document.createElement('script');
    script.async = true;
    script.src = host + '/analytics.js/v1/' + key + '/analytics.min.js';
    document.head.append(script);
  })('${url}', '${key}');
  analytics.page();
</script>

<script>
  // Where it happens:
  analytics.identify('customer-17', { email: 'ana@example.com' });
  analytics.track('Order Completed', { order_id: 'A-1', total: 37, currency: 'EUR' });
</script>`,
  },
  'analytics.js': {
    name: 'Segment analytics.js (npm)',
    kind: 'browser',
    where: 'browser',
    text: (url, key) => `import { AnalyticsBrowser } from '@segment/analytics-next';

const analytics = AnalyticsBrowser.load({ writeKey: '${key}', cdnURL: '${url}' });

analytics.identify('customer-17', { email: 'ana@example.com' });
analytics.track('Order Completed', { order_id: 'A-1', total: 37, currency: 'EUR' });`,
  },
  'rudder-browser': {
    name: 'RudderStack JavaScript (npm)',
    kind: 'browser',
    where: 'browser',
    text: (url, key) => `// Not without /bundled: the other one loads parts of itself from RudderStack's hosts.
import { RudderAnalytics } from '@rudderstack/analytics-js/bundled';

const analytics = new RudderAnalytics();
analytics.load('${key}', '${url}', { configUrl: '${url}' });

analytics.identify('customer-17', { email: 'ana@example.com' });
analytics.track('Order Completed', { order_id: 'A-1', total: 37, currency: 'EUR' });`,
  },
  node: {
    name: 'Segment Node.js',
    kind: 'server',
    where: 'server',
    text: (url, key) => `import { Analytics } from '@segment/analytics-node';

const analytics = new Analytics({ writeKey: '${key}', host: '${url}' });

analytics.track({
  userId: 'customer-17',
  event: 'Order Completed',
  properties: { order_id: 'A-1', total: 37, currency: 'EUR' },
});
await analytics.closeAndFlush();`,
  },
  python: {
    name: 'Segment Python',
    kind: 'server',
    where: 'server',
    text: (url, key) => `import segment.analytics as analytics

analytics.write_key = "${key}"
analytics.host = "${url}"

analytics.track("customer-17", "Order Completed", {"order_id": "A-1", "total": 37, "currency": "EUR"})
analytics.flush()`,
  },
  'rudder-python': {
    name: 'RudderStack Python',
    kind: 'server',
    where: 'server',
    text: (url, key) => `import rudderstack.analytics as analytics

analytics.write_key = "${key}"
analytics.dataPlaneUrl = "${url}"

analytics.track("customer-17", "Order Completed", {"order_id": "A-1", "total": 37, "currency": "EUR"})
analytics.flush()`,
  },
  curl: {
    name: 'curl',
    kind: 'server',
    where: 'shell',
    text: (url, key) => `curl ${url}/v1/track \\
  -u '${key}:' \\
  -H 'Content-Type: application/json' \\
  -d '{
  "userId": "customer-17",
  "event": "Order Completed",
  "properties": {"order_id": "A-1", "total": 37, "currency": "EUR"}
}'`,
  },
};

export const isClient = (name: unknown): name is Client => typeof name === 'string' && Object.hasOwn(clients, name);
