// One customer: who it is, the clock, and behind tabs the profile, what happened, and the ids.
import { useCallback, useState } from 'react';
import { useFeed } from '../../app/feed';
import { useRights } from '../../app/session';
import { Empty } from '../../ui/Empty';
import { Trouble } from '../../ui/Trouble';
import { Attributes } from './Attributes';
import { type Clocks, type CustomerProfile, exportAddress, useProfile, useStale } from './api';
import { Behind } from './Behind';
import { Erase } from './Erase';
import { written } from './figures';
import { Ids } from './Ids';
import { type Place, TABS } from './place';
import { useSpeech } from './speech';
import { Timeline } from './Timeline';
import { Travel } from './Travel';

interface Props {
  id: string;
  place: Place;
  go: (place: Partial<Place>) => void;
}

export function Person({ id, place, go }: Props) {
  const { words: w, label } = useSpeech();
  const { data, error, refetch } = useProfile(id, place);
  useFeed(data === undefined ? null : `profile/${data.customer_id}`, useStale(id));
  const travel = useCallback((to: Partial<Clocks>) => go(to), [go]);
  if (error !== null && data === undefined) return <Trouble error={error} again={refetch} />;
  if (data === undefined) return null;
  const known = new Map(data.attributes.map((one) => [one.name, one]));
  const chosen = place.behind === null ? undefined : known.get(place.behind);
  return (
    <article className="person" data-customer={data.customer_id}>
      <Head profile={data} place={place} go={go} />
      <Travel customer={id} at={place.at} known={place.known} travel={travel} />
      <nav className="tabs" aria-label={data.customer_id}>
        {TABS.map((tab) => (
          <button
            key={tab}
            type="button"
            aria-current={place.tab === tab ? 'page' : undefined}
            onClick={() => go({ tab })}
          >
            {w[tab]}
          </button>
        ))}
      </nav>
      {place.tab === 'profile' && (
        <div className={chosen === undefined ? 'sides' : 'sides sides-two'}>
          <Attributes
            profile={data}
            chosen={place.behind}
            behind={(name) => go({ behind: place.behind === name ? null : name })}
          />
          {chosen !== undefined && (
            <Behind
              key={chosen.name}
              customer={id}
              attribute={chosen.name}
              title={label(chosen)}
              measure={chosen.measure}
              when={place}
              label={(name) => label(known.get(name) ?? { name, label: {} })}
              behind={(behind) => go({ behind })}
            />
          )}
        </div>
      )}
      {place.tab === 'timeline' && (
        <Timeline customer={id} when={place} chosen={place.kinds} choose={(kinds) => go({ kinds })} />
      )}
      {place.tab === 'ids' && <IdsTab profile={data} id={id} />}
    </article>
  );
}

function IdsTab({ profile, id }: { profile: CustomerProfile; id: string }) {
  const { words: w } = useSpeech();
  const rights = useRights();
  return profile.personal_data ? <Ids customer={id} mayWrite={rights.write} /> : <Empty>{w.idsHidden}</Empty>;
}

function Head({ profile, place, go }: { profile: CustomerProfile; place: Place; go: Props['go'] }) {
  const speech = useSpeech();
  const { words: w } = speech;
  const rights = useRights();
  const [erasing, setErasing] = useState(false);
  const run = profile.batch;
  const batch =
    run === null ? w.noBatch : `${w.batchAt} ${speech.time(run.cut)} (${w.publishedAt} ${speech.time(run.published)})`;
  const traits = profile.attributes.filter((one) => one.kind === 'trait' && one.value !== null).slice(0, 3);
  return (
    <header className="person-head">
      <div className="person-who">
        <button
          type="button"
          className="link"
          onClick={() => go({ id: null, behind: null, at: null, known: null, kinds: [] })}
        >
          ← {w.back}
        </button>
        <h1>
          <bdi>{profile.customer_id}</bdi>
        </h1>
        {profile.anonymous && <span className="badge">{w.anonymous}</span>}
        {traits.map((one) => (
          <bdi key={one.name} className="person-trait" title={speech.label(one)}>
            {written(one.value, one.measure, speech)}
          </bdi>
        ))}
      </div>
      <div className="person-tools">
        {profile.personal_data && (
          <a className="button" href={exportAddress(profile.address)} download>
            {w.exportOne}
          </a>
        )}
        {rights.admin && profile.personal_data && profile.exists && (
          <button type="button" className="danger" aria-haspopup="dialog" onClick={() => setErasing(true)}>
            {w.erase}
          </button>
        )}
      </div>
      {!profile.exists && (
        <div className="notice" role="status">
          <p>{w.gone}</p>
          <p className="quiet">{w.goneHint}</p>
        </div>
      )}
      <p className="quiet person-state">
        {w.asOf} {speech.time(profile.at)}
        {place.known !== null && ` · ${w.knownBy} ${speech.time(place.known)}`}
        {' · '}
        {place.at === null && place.known === null ? batch : `${w.travelling} ${w.noParts}`}
      </p>
      {erasing && (
        <Erase
          customer={profile.customer_id}
          address={profile.address}
          ids={profile.ids ?? []}
          close={() => setErasing(false)}
        />
      )}
    </header>
  );
}
