// The event debugger: what arrives, what was refused or held back, and what is known of events and fields.
import { Link } from '@tanstack/react-router';
import { useAddress } from '../../app/address';
import './events.css';
import { Held } from './held/Held';
import { Live } from './live/Live';
import { Plan } from './plan/Plan';
import { useSpeech } from './speech';

const TABS = { live: Live, held: Held, plan: Plan };
type Tab = keyof typeof TABS;
const NAMES = Object.keys(TABS) as Tab[];
const HERE: string = '/events';

export default function Events() {
  const { words: w } = useSpeech();
  const [search] = useAddress();
  const tab = NAMES.find((name) => name === search.tab) ?? 'live';
  const Shown = TABS[tab];
  return (
    <>
      <h1>{w.title}</h1>
      <nav aria-label={w.title} className="events-tabs">
        {NAMES.map((name) => (
          <Link
            key={name}
            to={HERE}
            search={{ tab: name } as never}
            activeOptions={{ includeSearch: true }}
            aria-current={name === tab ? 'page' : undefined}
          >
            {w.tabs[name]}
          </Link>
        ))}
      </nav>
      <section className="events-tab" aria-label={w.tabs[tab]}>
        <Shown />
      </section>
    </>
  );
}
