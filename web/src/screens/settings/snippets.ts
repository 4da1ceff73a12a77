// How each client is told where to send. The host is set, nothing else differs from what its own pages say.

export type Client = 'analytics.js' | 'node' | 'python' | 'rudder-browser' | 'rudder-python' | 'curl';

interface Recipe {
  name: string;
  kind: 'browser' | 'server';
  where: 'browser' | 'server' | 'shell';
  text: (url: string, key: string) => string;
}

export const clients: Record<Client, Recipe> = {
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
    text: (url, key) => `import { RudderAnalytics } from '@rudderstack/analytics-js';

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
