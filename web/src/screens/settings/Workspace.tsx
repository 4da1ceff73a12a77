// What the workspace's file says.

import { Trouble } from '../../ui/Trouble';
import { useSettings, type WorkspaceSettings } from './api';
import { Rates } from './Rates';
import { useSpeech } from './speech';

export function Workspace({ admin }: { admin: boolean }) {
  const { words: w } = useSpeech();
  const { data, error, refetch } = useSettings();
  return (
    <>
      <p className="lead">{w.workspace.intro}</p>
      <Trouble error={error} again={refetch} />
      {data !== undefined && <Said said={data} admin={admin} />}
    </>
  );
}

function Said({ said, admin }: { said: WorkspaceSettings; admin: boolean }) {
  const { words: w, moment, number } = useSpeech();
  return (
    <>
      <dl className="facts">
        <dt>{w.workspace.name}</dt>
        <dd>{said.name}</dd>
        <dt>{w.workspace.timezone}</dt>
        <dd>
          {said.timezone}
          <span className="hint">{w.workspace.timezoneHint}</span>
        </dd>
        <dt>{w.workspace.clock}</dt>
        <dd>
          {moment(said.now)}
          {said.replayed && <span className="badge">{w.workspace.replayed}</span>}
        </dd>
        <dt>{w.workspace.currency}</dt>
        <dd>
          {said.currency}
          <span className="hint">{w.workspace.currencyHint}</span>
        </dd>
        <dt>{w.workspace.schedule}</dt>
        <dd>
          {said.schedule.length === 0
            ? w.workspace.noSchedule
            : said.schedule.map((job) => (
                <span key={job.name} className="line">
                  {w.workspace.jobs[job.name] ?? job.name} <code>{job.at}</code>
                </span>
              ))}
        </dd>
        <dt>{w.workspace.log}</dt>
        <dd>{said.on_kafka ? w.workspace.kafka : w.workspace.embedded}</dd>
        <dt>{w.workspace.publicUrl}</dt>
        <dd>{said.public_url ?? w.none}</dd>
        <dt>{w.workspace.origins}</dt>
        <dd>{said.origins.includes('*') ? w.connect.everywhere : said.origins.join(', ')}</dd>
        <dt>{w.workspace.eventBytes}</dt>
        <dd>
          {number(said.event_bytes)} {w.workspace.bytes}
        </dd>
        <dt>{w.workspace.rateLimit}</dt>
        <dd>
          {said.rate_limit === null
            ? w.workspace.noLimit
            : w.workspace.limit(number(said.rate_limit.events), number(said.rate_limit.burst))}
        </dd>
      </dl>
      <Rates said={said} admin={admin} />
    </>
  );
}
