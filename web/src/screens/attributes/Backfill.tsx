// How far the values of what was published are.
import { Bar } from '../../ui/Bar';
import { useBackfill } from './api';
import { useSpeech } from './speech';

export function Backfill() {
  const { words: w } = useSpeech();
  const { data } = useBackfill();
  if (data === undefined || data.served) return null;
  if (data.state === 'failed') {
    return (
      <p className="wrong" role="alert">
        {w.failed}
        {data.error}
      </p>
    );
  }
  return (
    <div className="banner filling" role="status">
      <span>{w.filling}</span>
      <Bar label={w.filling} done={data.done} of={data.of} />
    </div>
  );
}
