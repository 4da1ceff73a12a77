// The way into an empty workspace: what to do first, and what of it is done.
import { Way } from '../../app/Way';
import { State } from '../../ui/State';
import type { WorkspaceStanding } from './api';
import { useSpeech } from './speech';

export function FirstSteps({ standing }: { standing: WorkspaceStanding }) {
  const { words: w } = useSpeech();
  const { messages, attributes } = standing;
  const [heard, known] = [messages.value !== 0 || messages.state === 'building', (attributes.value ?? 0) > 0];
  if (heard && known) return null;
  return (
    <section className="card first" aria-labelledby="first">
      <h2 id="first">{w.first}</h2>
      <ol>
        <li data-done={heard}>
          <strong>{w.firstData}</strong>
          {heard ? (
            <State of="live">{w.firstDone}</State>
          ) : (
            <p>
              <Way to="/import">{w.firstImport}</Way> {w.or}{' '}
              <Way to="/settings" search={{ part: 'connect' }}>
                {w.firstConnect}
              </Way>
            </p>
          )}
        </li>
        <li data-done={known}>
          <strong>{w.firstAttributes}</strong>
          {known ? (
            <State of="live">{w.firstDone}</State>
          ) : (
            <p>
              <Way to="/attributes">{w.firstDescribe}</Way>
            </p>
          )}
        </li>
        <li data-done={false}>
          <strong>{w.firstLook}</strong>
          <p>
            <Way to="/customers">{w.firstCustomers}</Way>
          </p>
        </li>
      </ol>
    </section>
  );
}
