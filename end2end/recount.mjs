// An evening counted again, from the rows of a backup and by SQL alone: nothing of the product's own counting is asked.
import sqlite from 'node-sqlite3-wasm';

/** The deals of today's history with their last terms, and whether each counts; the participants with their last sector; who said what. */
const EVENING = `
WITH today AS (
  SELECT seq, event, json_extract(event, '$.type') AS type FROM events
  WHERE seq > (SELECT COALESCE(MAX(last_seq), 0) FROM archives)
),
posted AS (
  SELECT json_extract(event, '$.deal.id') AS id, seq, json_extract(event, '$.deal.terms') AS terms FROM today WHERE type = 'deal_posted'
  UNION ALL
  SELECT json_extract(event, '$.deal'), seq, json_extract(event, '$.terms') FROM today WHERE type = 'deal_amended'
),
fate AS (
  SELECT COALESCE(json_extract(event, '$.deal.id'), json_extract(event, '$.deal')) AS id, seq, type FROM today
  WHERE type IN ('deal_posted', 'deal_withdrawn', 'deal_removed', 'deal_reinstated')
),
dealt AS (
  SELECT id, terms,
    (SELECT type IN ('deal_posted', 'deal_reinstated') FROM fate WHERE fate.id = posted.id ORDER BY seq DESC LIMIT 1) AS counts
  FROM posted WHERE seq = (SELECT MAX(seq) FROM posted AS later WHERE later.id = posted.id)
),
deal AS (SELECT id, terms, json_extract(terms, '$.bargain.kind') AS kind FROM dealt WHERE counts),
side AS (
  SELECT deal.id AS deal, value AS party FROM deal, json_each(terms, '$.givers')
  UNION SELECT deal.id, value FROM deal, json_each(terms, '$.receivers')
),
registered AS (
  SELECT json_extract(event, '$.participant.id') AS id, seq, json_extract(event, '$.participant.sector') AS sector FROM events
  WHERE json_extract(event, '$.type') IN ('participant_registered', 'participant_amended')
),
participant AS (
  SELECT id, sector FROM registered
  WHERE seq = (SELECT MAX(seq) FROM registered AS later WHERE later.id = registered.id)
    AND id NOT IN (SELECT json_extract(event, '$.participant') FROM events WHERE json_extract(event, '$.type') = 'participant_removed')
),
service AS (
  SELECT deal.id AS deal, json_extract(terms, '$.bargain.service') AS done FROM deal
  UNION ALL SELECT deal.id, json_extract(terms, '$.bargain.return_service') FROM deal WHERE kind = 'two_way'
),
said AS (
  SELECT side.deal, follow_ups.state, answered_at_ms AS at FROM side JOIN follow_ups ON deal_id = side.deal AND teller = side.party
),
written AS (
  SELECT json_extract(event, '$.deal.id') AS id, json_extract(event, '$.deal.written_at') AS at FROM today WHERE type = 'deal_posted'
),
held AS (
  SELECT json_extract(begun.event, '$.round') AS round, json_extract(begun.event, '$.started_at') AS from_at,
    (SELECT json_extract(ended.event, '$.ended_at') FROM today AS ended WHERE ended.type = 'round_ended' AND ended.seq > begun.seq
      AND json_extract(ended.event, '$.round') = json_extract(begun.event, '$.round') ORDER BY ended.seq LIMIT 1) AS until_at
  FROM today AS begun WHERE begun.type = 'round_started'
),
stand AS (
  SELECT id, COALESCE(
    (SELECT state FROM follow_ups WHERE deal_id = id AND teller = 'office'
      AND answered_at_ms >= COALESCE((SELECT MAX(at) FROM said WHERE said.deal = id), 0)),
    (SELECT CASE COUNT(DISTINCT state) WHEN 0 THEN NULL WHEN 1 THEN MIN(state) ELSE 'differs' END FROM said WHERE said.deal = id),
    'unknown') AS state
  FROM deal
)`;

const FIGURES = `
SELECT
  (SELECT COUNT(*) FROM deal) AS deals,
  (SELECT COUNT(*) FROM deal WHERE kind = 'two_way') AS two_way,
  (SELECT COUNT(*) FROM deal WHERE kind = 'one_way') AS one_way,
  (SELECT COUNT(*) FROM deal WHERE kind = 'intention') AS intentions,
  (SELECT COUNT(*) FROM dealt WHERE NOT counts) AS withdrawn,
  (SELECT COUNT(*) FROM participant) AS participants,
  (SELECT COALESCE(SUM(json_extract(done, '$.effort_minutes')), 0) FROM service) AS effort_minutes,
  (SELECT COALESCE(SUM(json_extract(done, '$.worth')), 0) FROM service) AS worth,
  (SELECT COUNT(DISTINCT deal) FROM service WHERE json_extract(done, '$.effort_minutes') IS NOT NULL) AS with_effort,
  (SELECT COUNT(DISTINCT deal) FROM service WHERE json_extract(done, '$.worth') IS NOT NULL) AS with_worth`;

const SECTORS = `
SELECT sector, COUNT(DISTINCT participant.id) AS participants, COUNT(DISTINCT side.party) AS traded, COUNT(DISTINCT side.deal) AS deals
FROM participant LEFT JOIN side ON side.party = participant.id GROUP BY sector ORDER BY sector`;

const ROUNDS = `
SELECT COUNT(DISTINCT deal.id) AS deals FROM held
LEFT JOIN written ON written.at >= from_at AND (until_at IS NULL OR written.at < until_at)
LEFT JOIN deal ON deal.id = written.id GROUP BY round ORDER BY MIN(from_at)`;

const STANDS = 'SELECT state, COUNT(*) AS deals FROM stand GROUP BY state';

/** Counts the only exchange of a backup. */
export function recount(file) {
  const database = new sqlite.Database(file, { readOnly: true });
  const all = (query) => database.all(`${EVENING}${query}`).map((row) => ({ ...row }));
  try {
    const [figures] = all(FIGURES);
    const stands = Object.fromEntries(all(STANDS).map(({ state, deals }) => [state, deals]));
    return { figures, sectors: all(SECTORS), rounds: all(ROUNDS).map(({ deals }) => deals), stands };
  } finally {
    database.close();
  }
}

/** What the report says of the same. */
export function reported(report) {
  const { evening, two_way, one_way, intentions, withdrawn, with_effort, with_worth } = report;
  const { participants, effort_minutes, worth } = evening.sums;
  const { deals, ...stands } = evening.follow_up;
  const figures = { deals: evening.deals, two_way, one_way, intentions, withdrawn, participants, effort_minutes, worth, with_effort, with_worth };
  const sectors = report.sectors.map(({ arrived, ...sector }) => sector).sort((a, b) => (a.sector < b.sector ? -1 : 1));
  const rounds = report.rounds.filter(({ name }) => name).map(({ deals }) => deals);
  return { figures, sectors, rounds, stands: Object.fromEntries(Object.entries(stands).filter(([, count]) => count)) };
}

/** The strokes of somebody's signatures, as they are kept. */
export function strokesOf(file, participant) {
  const database = new sqlite.Database(file, { readOnly: true });
  try {
    return database.all('SELECT strokes FROM signatures WHERE participant_id = ?', [participant]).map(({ strokes }) => String(strokes));
  } finally {
    database.close();
  }
}
