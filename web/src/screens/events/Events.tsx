// The event debugger: what arrives, what was refused or held back, and what is known of events and fields.
import { useAddress } from '../../app/address';
import { Parts } from '../../app/Parts';
import './events.css';
import { Held } from './held/Held';
import { Live } from './live/Live';
import { Plan } from './plan/Plan';
import { useSpeech } from './speech';

const TABS = { live: Live, held: Held, plan: Plan };
type Tab = keyof typeof TABS;
const NAMES = Object.keys(TABS) as Tab[];

export default function Events() {
  const { words: w } = useSpeech();
  const [search] = useAddress();
  const tab = NAMES.find((name) => name === search.tab) ?? 'live';
  const Shown = TABS[tab];
  return (
    <>
      <h1>{w.title}</h1>
      <Parts label={w.title} className="tabs" to="/events" by="tab" parts={NAMES} called={w.tabs} chosen={tab} />
      <section className="events-tab" aria-label={w.tabs[tab]}>
        <Shown />
      </section>
    </>
  );
}
